#if Transport
    import Foundation
    import Glibc
    import NIOCore
    import NIOPosix

    /// The daemon's end of the control socket: JSON lines over a Unix socket of mode 0600, so that only the daemon's own
    /// user (and root) can look and change. It has an event loop of its own.
    public final class ControlServer: Sendable {
        public typealias Handler = @Sendable (ControlRequest) async -> ControlResponse

        private let group: MultiThreadedEventLoopGroup
        private let channel: any Channel
        private let path: String

        /// Opens the socket. A file that a dead daemon left is removed.
        ///
        /// - Throws: ``ControlError`` when another daemon listens there, or the path cannot be used.
        public static func start(path: String, handler: @escaping Handler) async throws -> ControlServer {
            if ControlClient.isAnswered(path: path) {
                throw ControlError("\(path): another daemon listens here already")
            }
            unlink(path)
            let listener = try Self.bindPrivately(path)
            let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
            do {
                let channel = try await ServerBootstrap(group: group)
                    .serverChannelOption(.backlog, value: 16)
                    .childChannelInitializer { channel in
                        channel.eventLoop.makeCompletedFuture {
                            try channel.pipeline.syncOperations.addHandlers(
                                ByteToMessageHandler(LineDecoder(), maximumBufferSize: ControlSocket.lineOctets),
                                RequestHandler(handler: handler))
                        }
                    }
                    .withBoundSocket(listener).get()
                return ControlServer(group: group, channel: channel, path: path)
            } catch {
                try? await group.shutdownGracefully()
                throw ControlError("\(path): the control socket cannot be opened: \(error)")
            }
        }

        /// A socket whose file has mode 0600 from its first moment: Linux gives the file the mode of the unbound socket.
        /// (A mask is the whole process's, and other threads make files too.)
        private static func bindPrivately(_ path: String) throws(ControlError) -> CInt {
            let listener = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
            guard listener >= 0 else { throw ControlError.system(path) }
            do throws(ControlError) {
                let isBound = try ControlSocket.withAddress(of: path) { address, length in
                    fchmod(listener, 0o600) == 0 && bind(listener, address, length) == 0
                }
                guard isBound else { throw ControlError.system(path) }
            } catch {
                close(listener)
                throw error
            }
            return listener
        }

        private init(group: MultiThreadedEventLoopGroup, channel: any Channel, path: String) {
            self.group = group
            self.channel = channel
            self.path = path
        }

        /// Closes the socket and removes its file.
        public func stop() async {
            try? await channel.close().get()
            unlink(path)
            try? await group.shutdownGracefully()
        }
    }

    /// Cuts at line feeds.
    private struct LineDecoder: ByteToMessageDecoder {
        typealias InboundOut = ByteBuffer

        /// Octets of the unfinished line that have been looked at: a long line is not searched from its start with each
        /// piece that comes.
        private var searched = 0

        mutating func decode(context: ChannelHandlerContext, buffer: inout ByteBuffer) throws -> DecodingState {
            let length = buffer.withUnsafeReadableBytes { octets -> Int? in
                guard let start = octets.baseAddress, octets.count > searched else { return nil }
                return memchr(start + searched, 10, octets.count - searched).map { start.distance(to: $0) }
            }
            guard let length, let line = buffer.readSlice(length: length) else {
                searched = buffer.readableBytes
                return .needMoreData
            }
            searched = 0
            buffer.moveReaderIndex(forwardBy: 1)
            context.fireChannelRead(wrapInboundOut(line))
            return .continue
        }
    }

    /// Answers each line, in whatever order the answers are ready.
    private final class RequestHandler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let handler: ControlServer.Handler

        init(handler: @escaping ControlServer.Handler) {
            self.handler = handler
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let line = unwrapInboundIn(data)
            let channel = context.channel
            let handler = handler
            let octets = Data(line.readableBytesView)
            let promise = channel.eventLoop.makePromise(of: Data.self)
            promise.completeWithTask {
                guard let request = try? JSONDecoder().decode(ControlRequest.self, from: octets) else {
                    return try JSONEncoder().encode(ControlResponse(id: 0, errors: ["the request is no JSON of ours"]))
                }
                return try JSONEncoder().encode(await handler(request))
            }
            promise.futureResult.whenSuccess { answer in
                var buffer = channel.allocator.buffer(capacity: answer.count + 1)
                buffer.writeBytes(answer)
                buffer.writeInteger(UInt8(10))
                channel.writeAndFlush(buffer, promise: nil)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            context.close(promise: nil)
        }
    }
#endif
