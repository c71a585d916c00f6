#if Daemon
    import Glibc

    /// A descriptor that lines go to. That nobody reads it, or its disk is full, is no reason to end.
    struct LineOutput {
        let descriptor: Int32
        /// The last write ended within a line.
        private var isTorn = false

        init(descriptor: Int32) { self.descriptor = descriptor }

        /// Writes whole lines; `false` if some of it could not be written. Blocks.
        mutating func write(_ lines: [UInt8]) -> Bool {
            let octets = isTorn ? [10] + lines : lines
            var done = 0
            while done < octets.count {
                let count = octets[done...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
                if count > 0 {
                    done += count
                } else if count < 0, errno == EAGAIN {
                    // Whoever made the descriptor made it one that does not block.
                    var wanted = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                    poll(&wanted, 1, -1)
                } else if count == 0 || errno != EINTR {
                    if done > 0 { isTorn = octets[done - 1] != 10 }
                    return false
                }
            }
            isTorn = false
            return true
        }
    }

    /// At once, past the C library's buffer: a flush of that would wait for whoever reads standard input.
    func printLine(_ text: String) {
        var output = LineOutput(descriptor: STDOUT_FILENO)
        _ = output.write(Array("\(text)\n".utf8))
    }

    func printError(_ text: String) {
        var output = LineOutput(descriptor: STDERR_FILENO)
        _ = output.write(Array("\(text)\n".utf8))
    }
#endif
