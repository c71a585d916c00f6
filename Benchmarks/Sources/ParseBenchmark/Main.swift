import Glibc
import PeerSofia
import SIPCore

/// Parse figures beside sofia-sip, over the messages named as arguments: nanoseconds of CPU a message.
///
/// Prints a table, and the results as JSON lines on the file named by `--results`. `--loops 2` is for a profiler that
/// counts instructions.
@main
struct Main {
    static func main() throws {
        var paths = Array(CommandLine.arguments.dropFirst())
        let results = option("--results", from: &paths)
        let loops = option("--loops", from: &paths).flatMap { Int($0) } ?? 4000
        guard !paths.isEmpty else {
            print("usage: ParseBenchmark [--results FILE] [--loops N] MESSAGE.sip...")
            exit(2)
        }
        peer_sofia_start()
        let messages = try paths.map(Sample.init(path:))
        let checksum = try Sample.agreed(messages)
        print("both sides read the same in \(messages.count) messages (checksum \(String(checksum, radix: 16)))")
        try AllocationCheck.atMostTwo(messages)

        let measurements = Comparison.run(messages, loops: loops)
        for measurement in measurements { print(measurement.row) }
        if let results { try write(measurements.map(\.json).joined(separator: "\n") + "\n", to: results) }
    }

    /// Takes `name VALUE` out of the arguments.
    private static func option(_ name: String, from arguments: inout [String]) -> String? {
        guard let flag = arguments.firstIndex(of: name), flag + 1 < arguments.count else { return nil }
        defer { arguments.removeSubrange(flag...(flag + 1)) }
        return arguments[flag + 1]
    }

    private static func write(_ text: String, to path: String) throws {
        guard let file = fopen(path, "w") else { throw BenchmarkError.file(path) }
        fputs(text, file)
        fclose(file)
    }
}

enum BenchmarkError: Error {
    case file(String)
    case disagreement(String)
    case allocations(String)
}
