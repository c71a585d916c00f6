import Glibc
import PeerSofia
import SIPCore

/// Parse figures beside sofia-sip, over the messages named as arguments: nanoseconds of CPU a message.
///
/// Prints a table, and the results as JSON lines on the file named by `--results`.
@main
struct Main {
    static func main() throws {
        var paths = Array(CommandLine.arguments.dropFirst())
        var results: String?
        if let flag = paths.firstIndex(of: "--results"), flag + 1 < paths.count {
            results = paths[flag + 1]
            paths.removeSubrange(flag...(flag + 1))
        }
        guard !paths.isEmpty else {
            print("usage: ParseBenchmark [--results FILE] MESSAGE.sip...")
            exit(2)
        }
        peer_sofia_start()
        let messages = try paths.map(Sample.init(path:))
        let checksum = try Sample.agreed(messages)
        print("both sides read the same in \(messages.count) messages (checksum \(String(checksum, radix: 16)))")
        try AllocationCheck.atMostTwo(messages)

        let measurements = Comparison.run(messages)
        for measurement in measurements { print(measurement.row) }
        if let results { try write(measurements.map(\.json).joined(separator: "\n") + "\n", to: results) }
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
