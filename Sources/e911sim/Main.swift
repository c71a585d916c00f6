import E911Simulation
import Glibc

/// Lives simulated days, shrinks those that fail, and replays traces, without any package.
@main
struct Main {
    static let usage = """
        usage: e911sim run [--seed N] [--seeds COUNT] [--until-failure] [--calls C] [--faults LIST] [--events LIST]
                           [--record FILE] [--watch TEXT] [DAY]
               e911sim shrink --seed N [--calls C] [--faults LIST] [--events LIST] [--runs R] [DAY]
               e911sim site [--seed N] [--devices D] [--hours H] [--calls C] [--pair]
               e911sim calls [--seed N] [--calls C] [--loss PERCENT]
               e911sim replay [--site SITE] [--local ADDRESS:PORT] [--remote ADDRESS:PORT] [--other-side]
                              [--junit FILE] [--write FILE] FILE...

        run     one simulated day for each seed from N on (default 1), of C calls (default 1000), while everything of LIST
                goes wrong: all (the default), none, or some of
                \(Fault.ofOneNode.map(\.rawValue).joined(separator: " "))
                and, with --pair,
                \(Fault.allCases.dropFirst(Fault.ofOneNode.count).map(\.rawValue).joined(separator: " "))
                with commas between. The same seed prints the same log hash, in any process. Exit code 1 when an invariant
                was broken, or when one of the faults struck less than one call in a hundred (of a thousand and more).
                --until-failure ends with the first seed that fails.
                --events lets only these events of the seed happen: numbers and ranges with commas between.
                --record writes what the first node of the last seed said and heard, for replay.
                --watch, which can be given several times, prints each fault, and what nodes decide, write and read in which
                TEXT stands: the key of a call, an ELIN, an extension, the code of a note.
        shrink  finds a short list of events with which the seed breaks the same invariant, in at most R days (default
                500), and prints it with the command that replays it. Exit code 1 when the seed breaks nothing.
        site    H hours (default 24) of a site of D devices (default 100000) that register again, move, and call C times
                (default 200), with --pair of two nodes that share one store. Exit code 1 when memory grows behind the second
                hour or something is left behind.
        calls   C calls (default 10000) each way between two parties, and C to e911d, while PERCENT (default 10) of all
                datagrams are lost and others come twice or late. Exit code 1 when one was not answered, or when a
                transaction is left 64*T1 after the last answer.
        replay  plays what one side heard to a new node, in virtual time, and shows how what it says differs from what was
                said then. Exit code 1 when anything does, or when a file is damaged. A FILE is a trace of e911d or of run
                (with --faults none), a capture (pcap, pcapng), or a message trace of SIPp. SITE is the site.yaml that
                the node has; a line '; site: NAME' in a trace names it too, beside the file. Without a site, what is in
                the file is told. --local says whose side of a capture or of SIPp is played, --remote where SIPp's other
                side was, and --other-side plays the side that did not record. --junit writes the results as JUnit XML; --write writes what the one FILE comes to, as a trace
                to compare with from then on.

        DAY is any of --phones P (at most 200, default 150), --rate CALLS-A-MINUTE (default 120), --nodes K (default 1),
        --pair (two nodes that share one store), --pause SECONDS between faults (default 12).
        """

    static func main() {
        var options = Options(CommandLine.arguments.dropFirst())
        switch options.command {
        case "run": DayCommands.run(&options)
        case "shrink": DayCommands.shrink(&options)
        case "site": SiteCommand.run(&options)
        case "calls": calls(&options)
        case "replay": ReplayCommand.run(&options)
        case "help", "--help", "-h":
            print(usage)
        default: fail(usage)
        }
    }

    private static func calls(_ options: inout Options) {
        var seed: UInt64 = 1
        var plan = LossyCalls.Plan()
        while let option = options.next() {
            switch option {
            case "--seed": seed = options.number()
            case "--calls": plan.calls = options.count()
            case "--loss": plan.conditions = .lossy(Double(min(options.number(), 100)) / 100)
            default: options.refuse()
            }
        }
        let report = LossyCalls(seed: seed, plan).run()
        print(report)
        exit(report.violations.isEmpty ? 0 : 1)
    }

    static func contents(of path: String) -> [UInt8]? {
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

    static func write(_ octets: [UInt8], to path: String) {
        guard let file = fopen(path, "w"), fwrite(octets, 1, octets.count, file) == octets.count, fclose(file) == 0
        else {
            fail("\(path) cannot be written")
        }
    }

    static func fail(_ text: String) -> Never {
        fflush(nil)
        let octets = Array("\(text)\n".utf8)
        _ = Glibc.write(STDERR_FILENO, octets, octets.count)
        exit(1)
    }
}
