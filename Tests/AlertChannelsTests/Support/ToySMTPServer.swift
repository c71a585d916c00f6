#if Daemon
    import Foundation
    import Glibc
    import Synchronization

    /// A mail server on loopback that keeps the mail and misbehaves as it is told. A thread for each connection.
    final class ToySMTPServer: Sendable {
        struct Mail: Equatable, Sendable {
            var from = ""
            var to: [String] = []
            /// As it was meant: dots taken away again.
            var data = ""
            /// As it came.
            var raw = ""
        }

        /// What the server does when a command comes; the key is the command's first word, `greeting` or `end` (of data).
        enum Act: Sendable {
            case say(String)
            /// Ends the connection.
            case hangUp
            /// Says nothing any more until the server is closed.
            case beSilent
            /// Waits for ``ToySMTPServer/letGo()``, then goes on as always.
            case wait
        }

        private struct State {
            var acts: [String: Act] = [:]
            var mails: [Mail] = []
            var logins: [String] = []
            var connections = 0
            var open: [Int32] = []
            var isClosed = false
            var atOnce = 0
            var mostAtOnce = 0
        }

        let port: UInt16
        private let listener: Int32
        private let state = Mutex(State())
        private let gate = DispatchSemaphore(value: 0)
        private let threads = DispatchGroup()
        private let extensions: [String]
        /// Yields the command before which a session waits.
        let waits: AsyncStream<String>
        private let waiting: AsyncStream<String>.Continuation

        init(extensions: [String] = ["8BITMIME", "SIZE 1000000"]) throws {
            self.extensions = extensions
            (waits, waiting) = AsyncStream.makeStream()
            let socket = try LoopbackListener()
            (listener, port) = (socket.descriptor, socket.port)
            threads.enter()
            Thread.detachNewThread { [self] in
                while true {
                    let connection = accept(listener, nil, nil)
                    guard connection >= 0 else { break }
                    let isClosed = state.withLock { state in
                        state.connections += 1
                        state.open.append(connection)
                        return state.isClosed
                    }
                    if isClosed { shutdown(connection, Int32(SHUT_RDWR)) }
                    threads.enter()
                    Thread.detachNewThread { [self] in
                        Session(server: self, connection: connection).run()
                        state.withLock { $0.open.removeAll { $0 == connection } }
                        Glibc.close(connection)
                        threads.leave()
                    }
                }
                threads.leave()
            }
        }

        var url: String { "smtp://127.0.0.1:\(port)" }

        var connections: Int { state.withLock { $0.connections } }
        var logins: [String] { state.withLock { $0.logins } }
        var mostAtOnce: Int { state.withLock { $0.mostAtOnce } }

        /// The mails since this was last asked.
        func mails() -> [Mail] {
            state.withLock { state in
                defer { state.mails = [] }
                return state.mails
            }
        }

        func on(_ command: String, _ act: Act?) { state.withLock { $0.acts[command] = act } }

        func behaveWell() { state.withLock { $0.acts = [:] } }

        /// Lets one session that waits go on.
        func letGo() { gate.signal() }

        /// Ends everything and waits for it.
        func close() {
            let open = state.withLock { state in
                state.isClosed = true
                return state.open
            }
            for _ in 0..<100 { gate.signal() }
            shutdown(listener, Int32(SHUT_RDWR))
            for connection in open { shutdown(connection, Int32(SHUT_RDWR)) }
            threads.wait()
            Glibc.close(listener)
        }

        /// One connection.
        private struct Session {
            let server: ToySMTPServer
            let connection: Int32
            var mail = Mail()

            init(server: ToySMTPServer, connection: Int32) {
                self.server = server
                self.connection = connection
            }

            consuming func run() {
                var session = self
                var buffer: [UInt8] = []
                guard session.perform("greeting", "220 toy ESMTP") else { return }
                while let line = session.readLine(&buffer) {
                    let word = String(line.prefix { $0 != " " && $0 != ":" }).uppercased()
                    guard session.handle(word, line, &buffer) else { return }
                }
            }

            private mutating func handle(_ word: String, _ line: String, _ buffer: inout [UInt8]) -> Bool {
                let argument = String(line.drop { $0 != ":" }.dropFirst())
                switch word {
                case "EHLO":
                    let lines = ["toy"] + server.extensions
                    let text = lines.enumerated().map { "250\($0.offset + 1 < lines.count ? "-" : " ")\($0.element)" }
                    return perform(word, text.joined(separator: "\r\n"))
                case "AUTH":
                    guard say("334 "), let login = readLine(&buffer) else { return false }
                    server.state.withLock { $0.logins.append(login) }
                    return perform(word, "235 2.7.0 welcome")
                case "MAIL":
                    mail = Mail(from: argument)
                    return perform(word, "250 2.1.0 fine")
                case "RCPT":
                    mail.to.append(argument)
                    return perform(word, "250 2.1.5 fine")
                case "DATA":
                    guard perform(word, "354 go on") else { return false }
                    if case .say = server.state.withLock({ $0.acts["DATA"] }) { return true }
                    return readData(&buffer)
                case "QUIT":
                    _ = perform(word, "221 bye")
                    return false
                default:
                    return perform(word, "250 fine")
                }
            }

            private mutating func readData(_ buffer: inout [UInt8]) -> Bool {
                server.state.withLock { state in
                    state.atOnce += 1
                    state.mostAtOnce = max(state.mostAtOnce, state.atOnce)
                }
                defer { server.state.withLock { $0.atOnce -= 1 } }
                while let line = readLine(&buffer) {
                    if line == "." {
                        let act = server.state.withLock { $0.acts["end"] }
                        let kept = mail
                        if act == nil || act?.isAcceptance == true { server.state.withLock { $0.mails.append(kept) } }
                        return perform("end", "250 2.0.0 queued as 42")
                    }
                    mail.raw += line + "\r\n"
                    mail.data += (line.hasPrefix(".") ? String(line.dropFirst()) : line) + "\r\n"
                }
                return false
            }

            private func perform(_ command: String, _ usual: String) -> Bool {
                switch server.state.withLock({ $0.acts[command] }) {
                case nil: return say(usual)
                case .say(let text): return say(text)
                case .hangUp: return false
                case .beSilent:
                    // Nothing comes from the client but the end of the connection.
                    var octet: UInt8 = 0
                    while recv(connection, &octet, 1, 0) > 0 {}
                    return false
                case .wait:
                    server.waiting.yield(command)
                    server.gate.wait()
                    return say(usual)
                }
            }

            private func say(_ text: String) -> Bool {
                let octets = Array((text + "\r\n").utf8)
                return send(connection, octets, octets.count, Int32(MSG_NOSIGNAL)) == octets.count
            }

            private func readLine(_ buffer: inout [UInt8]) -> String? {
                while true {
                    if let end = buffer.firstIndex(of: 10) {
                        let line = buffer[..<end].filter { $0 != 13 }
                        buffer.removeSubrange(...end)
                        return String(decoding: line, as: UTF8.self)
                    }
                    var more = [UInt8](repeating: 0, count: 4096)
                    let count = recv(connection, &more, more.count, 0)
                    guard count > 0 else { return nil }
                    buffer += more[..<count]
                }
            }
        }
    }

    extension ToySMTPServer.Act {
        fileprivate var isAcceptance: Bool {
            if case .wait = self { true } else { false }
        }
    }
#endif
