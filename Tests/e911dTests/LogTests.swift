#if Daemon
    import E911Configuration
    import E911Service
    import E911Store
    import E911Values
    import Foundation
    import Glibc
    import Testing

    @testable import e911d

    @Suite struct LogTests {
        /// Both ends of a pipe.
        private final class Pipe {
            let reading: Int32
            let writing: Int32

            init() throws {
                var ends: [Int32] = [0, 0]
                try #require(pipe(&ends) == 0)
                (reading, writing) = (ends[0], ends[1])
            }

            deinit {
                close(reading)
                close(writing)
            }

            /// All lines until somebody has written `.`.
            static func lines(_ descriptor: Int32) -> [String] {
                var octets: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 1 << 16)
                while octets.suffix(2) != Array(".\n".utf8) {
                    let count = read(descriptor, &buffer, buffer.count)
                    guard count > 0 else { break }
                    octets += buffer[..<count]
                }
                return String(decoding: octets, as: UTF8.self).split(separator: "\n").dropLast().map { String($0) }
            }

            func finish() { _ = write(writing, ".\n", 2) }
        }

        private func configuration(_ format: DaemonConfiguration.Log.Format) -> DaemonConfiguration.Log {
            var log = DaemonConfiguration.Log()
            log.format = format
            return log
        }

        private let note = Note(
            .notice, "x.y", "It is \"so\"",
            [
                .init("b", "two words"), .init("empty", ""), .init("a", "1\n2\\\u{1}é"),
                .init("dn", "1001", personal: true),
            ])

        /// The one line that the note becomes.
        private func written(_ format: DaemonConfiguration.Log.Format) throws -> String {
            let pipe = try Pipe()
            let log = Log(configuration(format), descriptor: pipe.writing)
            log.write(note)
            #expect(log.close(within: .seconds(60)))
            pipe.finish()
            let lines = Pipe.lines(pipe.reading)
            #expect(lines.count == 1)
            return try #require(lines.first)
        }

        @Test func aNoteIsALineOfText() throws {
            let line = try written(.text)
            #expect(
                line.drop { $0 != " " }
                    == #" notice It is "so" a="1\n2\\\u0001é" b="two words" code=x.y"#)
        }

        @Test func aNoteIsALineOfJSON() throws {
            var object = try JSONDecoder().decode([String: String].self, from: Data(written(.json).utf8))
            #expect(object.removeValue(forKey: "time")?.isEmpty == false)
            #expect(
                object == [
                    "a": "1\n2\\\u{1}é", "b": "two words", "code": "x.y", "level": "notice", "message": "It is \"so\"",
                ])
        }

        @Test func aReaderThatStallsHoldsNobodyUpAndLearnsWhatItMissed() throws {
            let pipe = try Pipe()
            let log = Log(configuration(.text), descriptor: pipe.writing)
            let written = 3 * Log.waitingEntries
            for number in 1...written { log.write(Note(.info, "n", "A line", [.init("number", "\(number)")])) }
            let reading = pipe.reading
            let read = Monitor<[String]>([])
            let reader = DedicatedThread(name: "reader") { read.withLock { $0 = Pipe.lines(reading) } }
            #expect(log.close(within: .seconds(60)))
            pipe.finish()
            reader.join()
            let lines = read.withLock { $0 }
            let lost = lines.filter { $0.contains("code=log.lost") }
            let count = lost.compactMap { $0.split(separator: "lines=").last.flatMap { Int($0) } }.reduce(0, +)
            #expect(!lost.isEmpty)
            #expect(lines.count - lost.count + count == written)
        }

        @Test func aFullDiskEndsNothing() throws {
            let full = open("/dev/full", O_WRONLY)
            defer { close(full) }
            let log = Log(configuration(.text), descriptor: full)
            for _ in 1...3 { log.write(note) }
            #expect(log.close(within: .seconds(60)))
            var output = LineOutput(descriptor: full)
            let isWritten = output.write([65, 10])
            #expect(!isWritten)
        }

        @Test func aReaderThatIsGoneEndsNothingAndTheNextOneGetsWholeLines() throws {
            signal(SIGPIPE, SIG_IGN)
            var ends: [Int32] = [0, 0]
            try #require(pipe(&ends) == 0)
            let descriptor = ends[1]
            defer { close(descriptor) }
            close(ends[0])
            let whole = try Pipe()
            var output = LineOutput(descriptor: descriptor)
            let isLost = !output.write(Array("lost\n".utf8))
            #expect(isLost)
            dup2(whole.writing, descriptor)
            let isKept = output.write(Array("kept\n".utf8))
            #expect(isKept)
            whole.finish()
            #expect(Pipe.lines(whole.reading) == ["kept"])
        }
    }
#endif
