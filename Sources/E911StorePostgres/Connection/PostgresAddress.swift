#if Daemon
    import CLibPQ
    public import E911Store

    /// Where a database of PostgreSQL is, and who asks it: a connection string of libpq's, `host=… dbname=e911d` or
    /// `postgresql://…`.
    ///
    /// It may hold a password, so it is never printed whole; ``description`` is for people.
    public struct PostgresAddress: Equatable, Sendable, CustomStringConvertible {
        struct Option: Equatable, Sendable {
            var keyword: String
            var value: String
            /// A password, or what leads to one.
            var isSecret: Bool
        }

        /// Those that the string names.
        let options: [Option]

        /// Reads a connection string.
        ///
        /// - Throws: ``StoreError/Code/database`` with what is wrong; nothing of a string that holds a password is repeated.
        public init(_ text: String) throws(StoreError) {
            guard !text.utf8.contains(0) else { throw Self.unreadable("it holds U+0000") }
            var message: UnsafeMutablePointer<CChar>?
            guard let parsed = PQconninfoParse(text, &message) else {
                defer { PQfreemem(message) }
                // libpq's message repeats the part that it stumbled over.
                let holdsSecret = text.contains("password") || text.contains("://")
                let told = message.map { PostgresText.line($0) } ?? "no memory"
                throw Self.unreadable(holdsSecret ? "a key or a value in it is not as libpq has them" : told)
            }
            defer { PQconninfoFree(parsed) }
            var options: [Option] = []
            var next = parsed
            while let keyword = next.pointee.keyword {
                if let value = next.pointee.val {
                    let shown = next.pointee.dispchar.map { String(cString: $0) } ?? ""
                    options.append(
                        Option(
                            keyword: String(cString: keyword), value: String(cString: value), isSecret: shown == "*"))
                }
                next += 1
            }
            self.options = options
        }

        private static func unreadable(_ reason: String) -> StoreError {
            StoreError(.database, "it is no connection string of PostgreSQL: \(reason)")
        }

        func value(of keyword: String) -> String? { options.first { $0.keyword == keyword }?.value }

        /// Whether the string itself holds a password.
        public var holdsPassword: Bool { options.contains { $0.isSecret } }

        /// Host, port, database and user, without anything secret: `dbname=e911d host=db.example.com`.
        public var description: String {
            let told = ["host", "hostaddr", "port", "dbname", "user", "service"].compactMap { keyword in
                value(of: keyword).map { "\(keyword)=\($0)" }
            }
            return told.isEmpty ? "PostgreSQL on this machine" : told.joined(separator: " ")
        }
    }

    enum PostgresText {
        /// A message of libpq's as one line.
        static func line(_ message: UnsafePointer<CChar>) -> String {
            String(cString: message).split(whereSeparator: \.isNewline).map { $0.trimmed }.joined(separator: "; ")
        }
    }

    extension Substring {
        fileprivate var trimmed: Substring {
            var text = self
            while text.first?.isWhitespace == true { text.removeFirst() }
            while text.last?.isWhitespace == true { text.removeLast() }
            return text
        }
    }
#endif
