/** Connections, or UDP sessions, of one listener to one backend. */
export class StreamMeter {
  begun = 0;
  active = 0;
  /** Bytes from clients to backends, and back. */
  received = 0;
  sent = 0;
}
