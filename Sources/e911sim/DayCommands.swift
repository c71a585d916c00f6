import E911Simulation
import Glibc

/// `run` and `shrink`.
struct DayCommands {
    private var seed: UInt64 = 1
    private var seeds = 1
    private var record: String?
    /// What is to be told of.
    private var watched: [String] = []
    private var runs = 500
    private var endsAtFailure = false
    private var plan = DayPlan()
    /// The options that make the same day again.
    private var day: [String] = []

    static func run(_ options: inout Options) {
        var commands = DayCommands()
        commands.read(&options)
        commands.run()
    }

    static func shrink(_ options: inout Options) {
        var commands = DayCommands()
        commands.read(&options)
        commands.shrink()
    }

    private mutating func read(_ options: inout Options) {
        var faults = "all"
        while let option = options.next() {
            switch option {
            case "--seed": seed = options.number()
            case "--seeds": seeds = options.count()
            case "--record": record = options.value()
            case "--watch": watched.append(options.value())
            case "--runs": runs = options.count()
            case "--until-failure": endsAtFailure = true
            case "--events": plan.events = options.numbers()
            case "--faults":
                faults = options.value()
                day += [option, faults]
            case "--pair":
                plan.pair()
                day.append(option)
            case "--calls", "--phones", "--rate", "--nodes", "--pause":
                let count = options.count()
                day += [option, "\(count)"]
                set(option, count)
            default: options.refuse()
            }
        }
        plan.faults = Self.faults(faults, all: plan.faults)
        if record != nil, plan.site.isPaired { Main.fail("--record goes without --pair") }
        // What is to be replayed has its site from the trace alone.
        if record != nil, plan.faults.isEmpty { plan.variesAll = false }
    }

    private mutating func set(_ option: String, _ count: Int) {
        switch option {
        case "--calls": plan.calls = count
        case "--phones": plan.site.phones = min(count, 200)
        case "--rate": plan.callsAMinute = Double(count)
        case "--nodes": plan.site.managers = min(count, 3)
        default: plan.secondsBetweenFaults = Double(count)
        }
    }

    private static func faults(_ text: String, all: [Fault]) -> [Fault] {
        if text == "all" { return all }
        if text == "none" { return [] }
        return text.split(separator: ",").map { name in
            guard let fault = all.first(where: { $0.rawValue == name }) else {
                Main.fail("'\(name)' is no fault here; there are \(all.map(\.rawValue).joined(separator: ", "))")
            }
            return fault
        }
    }

    // MARK: run

    private func run() {
        var totals = DayTotals()
        var failed: [UInt64] = []
        for number in 0..<UInt64(seeds) {
            let day = SimulatedDay(seed: seed &+ number, plan)
            let file = record.map { path in
                guard let file = fopen(path, "w") else { Main.fail("\(path) cannot be written") }
                day.site.record(day.nodes[0]) { fwrite($0, 1, $0.count, file) }
                return file
            }
            if !watched.isEmpty { day.watch(for: watched) { print($0) } }
            let report = day.run()
            if let file { fclose(file) }
            totals.add(report)
            print(seeds == 1 || !report.violations.isEmpty ? report.description : report.summary)
            if !report.violations.isEmpty {
                failed.append(report.seed)
                print("shrink it: \(command("shrink", report.seed))")
            }
            fflush(nil)
            if endsAtFailure, !failed.isEmpty { break }
        }
        if seeds > 1 { print(totals) }
        for seed in failed { print("failed: \(command("run", seed))") }
        let rare = totals.calls >= 1000 && plan.events == nil ? totals.rare(of: plan.faults) : []
        for fault in rare { print("failed: \(fault.rawValue) struck less than one call in a hundred") }
        exit(failed.isEmpty && rare.isEmpty ? 0 : 1)
    }

    private func command(_ name: String, _ seed: UInt64, events: [Int]? = nil) -> String {
        let events = events.map { ["--events", Options.text(of: $0)] } ?? []
        return (["e911sim", name, "--seed", "\(seed)"] + day + events).joined(separator: " ")
    }

    // MARK: shrink

    private func shrink() {
        var shrinker = DayShrinker(seed: seed, plan, limit: runs) { runs, events in
            print("\(runs) runs: \(events) events left")
            fflush(nil)
        }
        guard let result = shrinker.shrink() else {
            print("seed \(seed) breaks no invariant")
            exit(1)
        }
        print("\(result.violation)")
        print(
            "with \(result.events.count) events, after \(result.runs) runs"
                + (result.isMinimal ? ", none of which can be left out:" : ":"))
        for event in result.events { print("  \(event)") }
        print("replay it: \(command("run", seed, events: result.events.map(\.number)))")
    }
}
