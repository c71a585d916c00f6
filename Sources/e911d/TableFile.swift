#if Daemon
    import E911Service
    import Foundation
    import Synchronization

    /// A file that is read a piece at a time; `-` is standard input.
    struct TableFile {
        let path: String

        /// - Throws: an exit, with the reason printed.
        func read(_ body: (Span<UInt8>) -> Void) throws {
            let handle: FileHandle
            if path == "-" {
                handle = .standardInput
            } else {
                let descriptor = open(path, O_RDONLY | O_CLOEXEC)
                guard descriptor >= 0 else {
                    printError("\(path): \(String(cString: strerror(errno)))")
                    throw ExitStatus.wrongFile
                }
                handle = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
            }
            let total = path == "-" ? 0 : ProgressLine.octets([path])
            let taken = Atomic<Int64>(0)
            do {
                try ProgressLine.during(
                    "reading \(path)", total: total, done: { taken.load(ordering: .relaxed) }
                ) {
                    while let piece = try handle.read(upToCount: 1 << 16), !piece.isEmpty {
                        body([UInt8](piece).span)
                        taken.add(Int64(piece.count), ordering: .relaxed)
                    }
                }
            } catch {
                printError("\(path): it cannot be read: \(error.localizedDescription)")
                throw ExitStatus.wrongFile
            }
        }

        /// Prints what is wrong with it, and ends if that is more than a warning.
        func tell(_ problems: [TableProblem], leftOff: Int, isRefused: Bool) throws {
            for problem in problems {
                let place = problem.line.map { "\(path):\($0)" } ?? path
                printError("\(place): \(problem)")
            }
            if leftOff > 0 { printError("\(path): and \(leftOff) more") }
            guard isRefused else { return }
            printError("\(path): nothing was changed")
            throw ExitStatus.wrongFile
        }
    }
#endif
