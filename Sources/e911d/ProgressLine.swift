#if Daemon
    import Dispatch
    import E911Store
    import Foundation

    /// How far something long has come: one line on the terminal that somebody looks at, written over and over and gone in the
    /// end. Nothing is written to a pipe or a file, and nothing for what takes no time.
    final class ProgressLine: Sendable {
        private static let delay = DispatchTimeInterval.milliseconds(700)
        private static let interval = DispatchTimeInterval.milliseconds(200)

        private let hasEnded = Monitor(false)
        private let thread: DedicatedThread

        enum Unit {
            case octets
            case rows

            fileprivate func text(_ number: Int64) -> String {
                switch self {
                case .octets: "\((number + 500_000) / 1_000_000)"
                case .rows: "\(number)"
                }
            }

            fileprivate var name: String {
                switch self {
                case .octets: "MB"
                case .rows: "rows"
                }
            }
        }

        /// Shows it while `body` runs.
        ///
        /// - Parameters:
        ///   - what: in words, `writing hq.backup` say.
        ///   - total: octets or rows; 0 where nobody knows, and the time is shown alone.
        ///   - done: so many so far. Called on another thread.
        static func during<Result, Failure: Error>(
            _ what: String, total: Int64 = 0, of unit: Unit = .octets, done: @escaping @Sendable () -> Int64 = { 0 },
            _ body: () throws(Failure) -> Result
        ) throws(Failure) -> Result {
            guard isatty(STDERR_FILENO) == 1 else { return try body() }
            let line = ProgressLine(what, total, unit, done)
            defer { line.end() }
            return try body()
        }

        private init(_ what: String, _ total: Int64, _ unit: Unit, _ done: @escaping @Sendable () -> Int64) {
            let hasEnded = hasEnded
            thread = DedicatedThread(name: "progress") {
                let began = DispatchTime.now()
                var next = began + Self.delay
                var isShown = false
                while hasEnded.wait(until: next, { $0 ? true : nil }) == nil {
                    let seconds = Int((DispatchTime.now().uptimeNanoseconds - began.uptimeNanoseconds) / 1_000_000_000)
                    Self.write("\r\(Self.text(what, done: done(), total: total, of: unit, seconds: seconds))\u{1b}[K")
                    isShown = true
                    next = .now() + Self.interval
                }
                if isShown { Self.write("\r\u{1b}[K") }
            }
        }

        private func end() {
            hasEnded.withLock { $0 = true }
            hasEnded.signal()
            thread.join()
        }

        private static func write(_ text: String) {
            _ = Array(text.utf8).withUnsafeBytes { Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
        }

        /// `writing hq.backup [############--------] 60 %, 120 of 200 MB, 3 s`
        static func text(
            _ what: String, done: Int64, total: Int64, of unit: Unit = .octets, seconds: Int
        ) -> String {
            guard total > 0 else { return "\(what), \(seconds) s" }
            let part = Double(min(max(done, 0), total)) / Double(total)
            let filled = Int(part * 20)
            let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: 20 - filled)
            return
                "\(what) [\(bar)] \(Int(part * 100)) %, \(unit.text(min(max(done, 0), total))) of \(unit.text(total)) "
                + "\(unit.name), \(seconds) s"
        }

        /// The size of files, those that are not there counted as nothing; folders with what is in them.
        static func octets(_ paths: [String]) -> Int64 {
            var sum: Int64 = 0
            for path in paths {
                var status = stat()
                guard stat(path, &status) == 0 else { continue }
                if status.st_mode & S_IFMT == S_IFDIR {
                    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
                    sum += octets(names.map { "\(path)/\($0)" })
                } else {
                    sum += Int64(status.st_size)
                }
            }
            return sum
        }
    }
#endif
