import {
  defaultWindow, ENABLE_PUSH, FLOW_CONTROL_ERROR, HEADER_TABLE_SIZE, INITIAL_WINDOW_SIZE, MAX_CONCURRENT_STREAMS, MAX_FRAME_SIZE, mostWindow, PROTOCOL_ERROR,
} from './frames.ts';

/** What the peer has told us about itself (RFC 9113 section 6.5.2). Frames larger than 16 KiB are never sent, so their limit is only checked. */
export class PeerSettings {
  tableBytes = 4096;
  maxStreams = Infinity;
  initialWindow: number = defaultWindow;

  /** Takes the payload of a SETTINGS frame; answers an error code, or 0. */
  take(buffer: Buffer, from: number, to: number): number {
    for (let at = from; at < to; at += 6) {
      const error = this.set(buffer.readUInt16BE(at), buffer.readUInt32BE(at + 2));
      if (error !== 0) return error;
    }
    return 0;
  }

  private set(id: number, value: number): number {
    switch (id) {
      case HEADER_TABLE_SIZE: this.tableBytes = value; return 0;
      case ENABLE_PUSH: return value > 1 ? PROTOCOL_ERROR : 0;
      case MAX_CONCURRENT_STREAMS: this.maxStreams = value; return 0;
      case INITIAL_WINDOW_SIZE:
        if (value > mostWindow) return FLOW_CONTROL_ERROR;
        this.initialWindow = value;
        return 0;
      case MAX_FRAME_SIZE: return value < 16_384 || value > 16_777_215 ? PROTOCOL_ERROR : 0;
      default: return 0;
    }
  }
}
