const payloadBytes = 95;

/** One gRPC message with its prefix (flags, length), 100 bytes in all. */
export const grpcMessage: Buffer = (() => {
  const message = Buffer.alloc(5 + payloadBytes, 'x');
  message.writeUInt8(0, 0);
  message.writeUInt32BE(payloadBytes, 1);
  return message;
})();

/** The one method of the bench's gRPC service; proxies route by it. */
export const grpcService = 'bench.Echo';
