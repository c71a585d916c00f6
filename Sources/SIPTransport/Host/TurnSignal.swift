#if Transport
    import Glibc
    import NIOCore
    import NIOPosix

    /// Asks for one more turn of the loop, with the sockets' turn in between.
    ///
    /// `EventLoop.execute` does not do that: the loop runs tasks until none is left, those added meanwhile included, and
    /// looks at its sockets afterwards; a machine with much to do would make them wait. So the signal goes through a pipe
    /// and comes back as one readable descriptor among the others.
    final class TurnSignal: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private var channel: (any Channel)?
        private var isAsked = false
        private let turn: () -> Void

        private init(turn: @escaping () -> Void) {
            self.turn = turn
        }

        static func open(on loop: any EventLoop, turn: @escaping () -> Void) -> (TurnSignal, EventLoopFuture<Void>) {
            let signal = TurnSignal(turn: turn)
            var ends: [CInt] = [0, 0]
            guard pipe(&ends) == 0 else {
                return (signal, loop.makeFailedFuture(IOError(errnoCode: errno, reason: "pipe")))
            }
            for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
            let bound = NIOLoopBound(signal, eventLoop: loop)
            let (input, output) = (ends[0], ends[1])
            let opened = NIOPipeBootstrap(group: loop)
                .channelOption(.maxMessagesPerRead, value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(bound.value)
                    }
                }
                .takingOwnershipOfDescriptors(input: input, output: output)
            opened.whenFailure { _ in
                Glibc.close(input)
                Glibc.close(output)
            }
            return (signal, opened.map { bound.value.channel = $0 })
        }

        func ask() {
            guard !isAsked, let channel else { return }
            isAsked = true
            channel.writeAndFlush(channel.allocator.buffer(integer: UInt8(0)), promise: nil)
        }

        func close() {
            channel?.close(promise: nil)
            channel = nil
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            isAsked = false
            turn()
        }
    }
#endif
