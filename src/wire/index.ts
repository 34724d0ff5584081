/** wire: Protocol Buffers and gRPC as bytes. May import base. */
export { ProtobufWriter } from './protobuf-writer.ts';
export { bytesOf, readFields, readRawFields, textOf, textsOf, type ProtobufField, type RawField } from './protobuf-reader.ts';
export { GrpcFrames, grpcFrame } from './grpc-frames.ts';
