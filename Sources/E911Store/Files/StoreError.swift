#if Daemon
    import Glibc

    /// Why journal, snapshot or store could not do something. Two errors are equal when their codes are.
    public struct StoreError: Error, Equatable, Sendable, CustomStringConvertible {
        public enum Code: Sendable, CaseIterable {
            /// A system call failed.
            case system
            /// Another process owns the state folder.
            case owned
            /// A file is not what was written.
            case damaged
            /// The database was made by a newer version.
            case newer
            /// The database refused.
            case database
            /// Changes are asked for from before the oldest deletion that is still known.
            case tooOld
            /// More fits a search than can be looked at.
            case tooMany
            /// Already closed, or not yet opened.
            case unavailable
        }

        public let code: Code
        /// One sentence, with the path that it is about; never the data.
        public let reason: String

        public init(_ code: Code, _ reason: String) {
            self.code = code
            self.reason = reason
        }

        /// An error of a system call, with `errno` as it stands.
        static func system(_ operation: String, _ path: String, errno number: Int32 = errno) -> StoreError {
            StoreError(.system, "cannot \(operation) \(path): \(String(cString: strerror(number)))")
        }

        public var description: String { reason }

        public static func == (a: StoreError, b: StoreError) -> Bool { a.code == b.code }
    }
#endif
