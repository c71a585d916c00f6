#if Daemon
    import E911Values
    import Foundation
    import Glibc
    import Synchronization

    /// Ports of loopback for a test alone: taken from below the range that the system gives to clients, and held by a lock
    /// on a file until this process ends, so that two test runs on one machine do not meet.
    enum Ports {
        private struct State {
            var next = 0
            var locks: [CInt] = []
        }

        private static let range = 20_000..<32_000
        private static let state = Mutex(State())

        /// A port that is free on every address.
        static func lease(on address: IPAddress) throws -> Endpoint { Endpoint(address, try lease()) }

        static func lease() throws -> UInt16 {
            let folder = FileManager.default.temporaryDirectory.appendingPathComponent("e911d-test-ports")
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            return try state.withLock { state in
                if state.locks.isEmpty { state.next = Int(getpid()) * 37 % range.count }
                for _ in range {
                    let port = range.lowerBound + state.next
                    state.next = (state.next + 1) % range.count
                    let file = folder.appendingPathComponent("\(port)").path
                    let lock = open(file, O_CREAT | O_RDWR | O_CLOEXEC, 0o666)
                    guard lock >= 0 else { continue }
                    guard flock(lock, LOCK_EX | LOCK_NB) == 0, isFree(UInt16(port)) else {
                        close(lock)
                        continue
                    }
                    state.locks.append(lock)
                    return UInt16(port)
                }
                throw PeerError("no free port")
            }
        }

        /// Whether nothing holds the port on any address, over UDP or TCP: the tables of the kernel say so without a bind.
        static func isFree(_ port: UInt16) -> Bool { holders(of: port).isEmpty }

        /// Whether somebody waits at the port. What is left of connections that were made from it does not count.
        static func isOpen(_ port: UInt16) -> Bool {
            let listening = "0A"
            return holders(of: port).contains { $0.table.hasPrefix("udp") || $0.state == listening }
        }

        private static func holders(of port: UInt16) -> [(table: String, state: Substring)] {
            let suffix = ":" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
            return ["udp", "udp6", "tcp", "tcp6"].flatMap { table in
                lines(of: "/proc/self/net/\(table)", with: suffix + " ").compactMap { line in
                    let fields = line.split(separator: " ", maxSplits: 4, omittingEmptySubsequences: true)
                    return fields.count > 3 && fields[1].hasSuffix(suffix) ? (table, fields[3]) : nil
                }
            }
        }

        /// The kernel gives a page of a table at a time, so that a short read is not its end.
        private static func wholeTable(_ path: String) -> Data {
            let file = open(path, O_RDONLY | O_CLOEXEC)
            guard file >= 0 else { return Data() }
            defer { close(file) }
            var table = Data()
            var piece = [UInt8](repeating: 0, count: 65_536)
            while case let count = read(file, &piece, piece.count), count > 0 { table += piece[..<count] }
            return table
        }

        /// Behind a test of many connections a table has tens of thousands of lines: only those that hold the text are taken
        /// apart.
        private static func lines(of path: String, with text: String) -> [String] {
            let table = wholeTable(path)
            let wanted = Data(text.utf8)
            var lines: [String] = []
            var at = table.startIndex
            while let found = table.range(of: wanted, in: at..<table.endIndex) {
                let start = table[..<found.lowerBound].lastIndex(of: 10).map { $0 + 1 } ?? table.startIndex
                let end = table[found.upperBound...].firstIndex(of: 10) ?? table.endIndex
                lines.append(String(decoding: table[start..<end], as: UTF8.self))
                at = end
            }
            return lines
        }
    }

    extension String {
        fileprivate func leftPadded(to length: Int) -> String {
            String(repeating: "0", count: max(0, length - count)) + self
        }
    }
#endif
