#if Transport
    import Glibc

    /// Wakes a thread that waits in poll(2).
    final class WakePipe: Sendable {
        private let input: CInt
        private let output: CInt

        init() throws(DNSClientError) {
            var ends: [CInt] = [-1, -1]
            guard pipe(&ends) == 0 else { throw DNSClientError(reason: systemReason(errno)) }
            for end in ends {
                _ = fcntl(end, F_SETFD, FD_CLOEXEC)
                _ = fcntl(end, F_SETFL, O_NONBLOCK)
            }
            (input, output) = (ends[0], ends[1])
        }

        deinit {
            close(input)
            close(output)
        }

        /// A full pipe wakes as well as one octet does.
        func signal() {
            var octet: UInt8 = 0
            _ = write(output, &octet, 1)
        }

        /// Waits without end.
        func wait() {
            var descriptors: [pollfd] = []
            wait(with: &descriptors, atMost: -1)
        }

        /// Waits for a signal, for one of `descriptors`, or for so many milliseconds.
        func wait(with descriptors: inout [pollfd], atMost milliseconds: CInt) {
            descriptors.append(pollfd(fd: input, events: Int16(POLLIN), revents: 0))
            if poll(&descriptors, nfds_t(descriptors.count), milliseconds) < 0 {
                // What a descriptor says is not known then.
                for index in descriptors.indices { descriptors[index].revents = 0 }
            }
            if descriptors.removeLast().revents != 0 {
                var octets = [UInt8](repeating: 0, count: 256)
                _ = read(input, &octets, octets.count)
            }
        }
    }

    /// No signal of the process is handled by the thread that calls this, and a broken pipe is an error there.
    func blockSignals() {
        var signals = sigset_t()
        sigfillset(&signals)
        pthread_sigmask(SIG_BLOCK, &signals, nil)
    }
#endif
