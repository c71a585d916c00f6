import E911Service
import E911Simulation
import E911Values
import Glibc
import SIPCore

#if Daemon
    import E911Configuration
#endif

/// `replay`: what is in traces and captures, and how a node of today differs from them.
struct ReplayCommand {
    private var site: String?
    private var local: Endpoint?
    private var remote: Endpoint?
    private var junit: String?
    private var target: String?
    private var isTurned = false
    private var files: [String] = []

    static func run(_ options: inout Options) {
        var command = ReplayCommand()
        while let option = options.next() {
            switch option {
            case "--site": command.site = options.value()
            case "--local": command.local = options.endpoint()
            case "--remote": command.remote = options.endpoint()
            case "--junit": command.junit = options.value()
            case "--write": command.target = options.value()
            case "--other-side": command.isTurned = true
            default:
                if option.hasPrefix("-") { options.refuse() }
                command.files.append(option)
            }
        }
        if command.files.isEmpty { Main.fail(Main.usage) }
        if command.target != nil, command.files.count != 1 { Main.fail("--write goes with one FILE") }
        command.run()
    }

    private func run() {
        var results: [ReplayReport.Result] = []
        for file in files {
            if files.count > 1 { print("== \(file)") }
            let problem = problem(of: file)
            if let problem { print(problem) }
            results.append(.init(name: file, problem: problem))
            fflush(nil)
        }
        if let junit { Main.write(Array(ReplayReport.junit(results).utf8), to: junit) }
        let failed = results.count { $0.problem != nil }
        if files.count > 1 { print("== \(files.count - failed) of \(files.count) files as expected") }
        exit(failed > 0 ? 1 : 0)
    }

    /// Plays one file; what is wrong with it.
    private func problem(of file: String) -> String? {
        guard let octets = Main.contents(of: file) else { return "\(file): it cannot be read" }
        var recording: Recording
        do throws(RecordingProblem) {
            recording = try Recording(octets, local: local, remote: remote)
            if isTurned { recording = recording.turned() }
        } catch {
            return "\(file): \(error.reason)"
        }
        print(TraceSummary(recording.entries))
        for note in recording.notes { print("note: \(note)") }
        if let damage = recording.damage {
            if target == nil { return "\(file): \(damage)" }
            print("note: \(damage); what stands before is written")
        }
        if let site = site ?? recording.site.map({ Self.path($0, beside: file) }) {
            return played(recording, site)
        }
        if target != nil { return "--write needs a site: name it with --site" }
        guard let replay = NodeReplay(comments: recording.comments) else { return nil }
        let comparison = replay.play(recording.entries)
        if comparison.isEqual { print(comparison) }
        return comparison.isEqual ? nil : "\(comparison)"
    }

    private func played(_ recording: Recording, _ path: String) -> String? {
        guard let local = isTurned ? recording.local : local ?? recording.local else {
            return "there is nothing to play: name the side with --local"
        }
        let configuration = NodeConfiguration(
            node: "a", listeners: [SIPTransportKind.udp, .tcp].map { .init(transport: $0, endpoint: local) })
        let site: SiteConfiguration
        switch Self.site(path, configuration.listeners) {
        case .success(let read): site = read
        case .failure(let problem): return problem.reason
        }
        var replay = SiteReplay(site: site, configuration: configuration)
        if let seed = recording.seed, !isTurned {
            (replay.seed, replay.rules) = (seed, .exact)
        }
        let outcome = replay.play(recording.entries)
        if let target {
            let name = path.split(separator: "/").last.map { String($0) } ?? path
            let octets =
                TraceFormat.headerLine + Array("; site: \(name)\n; local: \(local)\n; seed: \(replay.seed)\n".utf8)
                + outcome.transcript.flatMap { TraceFormat.octets(of: $0) }
            Main.write(octets, to: target)
            print(outcome.comparison)
            return nil
        }
        if outcome.comparison.isEqual { print(outcome.comparison) }
        return outcome.comparison.isEqual ? nil : "\(outcome.comparison)"
    }

    private static func path(_ name: String, beside file: String) -> String {
        guard !name.hasPrefix("/"), let slash = file.lastIndex(of: "/") else { return name }
        return file[...slash] + name
    }

    /// The site in a file, or all that is wrong with it.
    private static func site(
        _ path: String, _ listeners: [NodeConfiguration.Listener]
    ) -> Result<SiteConfiguration, RecordingProblem> {
        #if Daemon
            let reading = SiteFile.read(path, listeners: listeners)
            let problems = reading.problems.map { "\($0)" }.joined(separator: "\n")
            guard let site = reading.value else { return .failure(RecordingProblem(reason: problems)) }
            if !problems.isEmpty { print(problems) }
            return .success(site)
        #else
            return .failure(
                RecordingProblem(
                    reason: "\(path): this e911sim was built without the reader of sites (the trait Daemon)"))
        #endif
    }
}
