import E911Simulation
import E911Values
import Glibc

/// Runs simulated days and replays traces, without any package.
@main
struct Main {
    static let usage = """
        usage: e911sim run [--seed N] [--seeds COUNT] [--minutes M] [--phones P] [--calls C] [--no-failures]
                           [--record FILE]
               e911sim calls [--seed N] [--calls C] [--loss PERCENT]
               e911sim replay FILE

        run     one simulated day for each seed from N on (default 1), M minutes each (default 60), C calls a minute.
                The same seed prints the same log hash, in any process. Exit code 1 when an invariant was violated.
                --record writes what the first node of the last seed said and heard, for replay.
        calls   C calls (default 10000) each way between two parties, and C to e911d, while PERCENT (default 10) of all
                datagrams are lost and others come twice or late. Exit code 1 when one was not answered, or when a
                transaction is left 64*T1 after the last answer.
        replay  says what is in a trace; one that run recorded without failures is played to a new node, and the
                differences are shown. Exit code 1 when there are any, or when the file is damaged.
        """

    static func main() {
        let arguments = Array(CommandLine.arguments.dropFirst())
        switch arguments.first {
        case "run": run(Array(arguments.dropFirst()))
        case "calls": calls(Array(arguments.dropFirst()))
        case "replay" where arguments.count == 2: replay(arguments[1])
        case "help", "--help", "-h":
            print(usage)
        default: fail(usage)
        }
    }

    private static func run(_ arguments: [String]) {
        var seed: UInt64 = 1
        var seeds = 1
        var minutes = 60
        var record: String?
        var plan = SimulatedDay.Plan()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            if option == "--no-failures" {
                plan.minutesBetweenFailures = nil
                continue
            }
            if option == "--record" {
                guard let path = rest.popFirst() else { fail("--record needs a file\n\(usage)") }
                record = path
                plan.usesNames = false
                continue
            }
            guard let value = rest.popFirst().flatMap({ UInt64($0) }), value > 0 || option == "--seed" else {
                fail("\(option) needs a number above 0\n\(usage)")
            }
            switch option {
            case "--seed": seed = value
            case "--seeds": seeds = Int(clamping: value)
            case "--minutes": minutes = Int(clamping: value)
            case "--phones": plan.site.phones = Int(clamping: value)
            case "--calls": plan.callsAMinute = Double(value)
            default: fail("unknown option \(option)\n\(usage)")
            }
        }
        var isClean = true
        for number in 0..<UInt64(clamping: seeds) {
            let day = SimulatedDay(seed: seed &+ number, plan)
            let file = record.map { path in
                guard let file = fopen(path, "w") else { fail("\(path) cannot be written") }
                day.site.record(day.nodes[0]) { fwrite($0, 1, $0.count, file) }
                return file
            }
            let report = day.run(minutes: minutes)
            if let file { fclose(file) }
            print(report)
            if !report.violations.isEmpty { isClean = false }
        }
        exit(isClean ? 0 : 1)
    }

    private static func calls(_ arguments: [String]) {
        var seed: UInt64 = 1
        var plan = LossyCalls.Plan()
        var rest = arguments[...]
        while let option = rest.popFirst() {
            guard let value = rest.popFirst().flatMap({ UInt64($0) }) else {
                fail("\(option) needs a number\n\(usage)")
            }
            switch option {
            case "--seed": seed = value
            case "--calls" where value > 0: plan.calls = Int(clamping: value)
            case "--loss" where value <= 100: plan.conditions = .lossy(Double(value) / 100)
            default: fail("\(option) \(value) is no option\n\(usage)")
            }
        }
        let report = LossyCalls(seed: seed, plan).run()
        print(report)
        exit(report.violations.isEmpty ? 0 : 1)
    }

    private static func replay(_ path: String) {
        guard let octets = contents(of: path) else { fail("\(path) cannot be read") }
        let (entries, comments, damage) = TraceReader.read(octets)
        print(TraceSummary(entries))
        if let damage { fail("\(path): \(damage)") }
        guard let replay = NodeReplay(comments: comments) else { return }
        let comparison = replay.play(entries)
        print(comparison)
        if !comparison.isEqual { exit(1) }
    }

    private static func contents(of path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var octets: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = fread(&buffer, 1, buffer.count, file)
            guard count > 0 else { break }
            octets += buffer[..<count]
        }
        return ferror(file) == 0 ? octets : nil
    }

    private static func fail(_ text: String) -> Never {
        let octets = Array("\(text)\n".utf8)
        _ = write(STDERR_FILENO, octets, octets.count)
        exit(1)
    }
}
