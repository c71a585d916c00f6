import E911Simulation
import Glibc

/// `site`: a day of a large site, and what it leaves behind.
enum SiteCommand {
    static func run(_ options: inout Options) {
        var seed: UInt64 = 1
        var plan = LargeSite.Plan()
        while let option = options.next() {
            switch option {
            case "--seed": seed = options.number()
            case "--devices": plan.devices = options.count()
            case "--hours": plan.hours = options.count()
            case "--calls": plan.calls = options.count()
            case "--pair": plan.isPaired = true
            default: options.refuse()
            }
        }
        let site = LargeSite(seed: seed, plan)
        var memory: [Int] = []
        let start = seconds()
        let report = site.run { hour in
            memory.append(residentKilobytes())
            print("hour \(hour): \(memory.last ?? 0) kB resident, \(seconds() - start) s of processor time")
            fflush(nil)
        }
        print(report)
        // The first download and the first re-registrations are over at hour 2.
        let early = memory.count > 2 ? memory[2] : memory.first ?? 0
        let late = memory.last ?? 0
        let growth = (late - early) * 100 / max(1, early)
        print("memory: \(early) kB at hour \(min(2, plan.hours)), \(late) kB at hour \(plan.hours): \(growth) % more")
        exit(report.violations.isEmpty && growth <= 10 ? 0 : 1)
    }

    /// VmRSS.
    private static func residentKilobytes() -> Int {
        guard let file = fopen("/proc/self/statm", "r") else { return 0 }
        defer { fclose(file) }
        var octets = [CChar](repeating: 0, count: 128)
        guard fgets(&octets, 128, file) != nil else { return 0 }
        let words = String(decoding: octets.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self).split(
            separator: " ")
        return words.count > 1 ? (Int(words[1]) ?? 0) * Int(sysconf(Int32(_SC_PAGESIZE))) / 1024 : 0
    }

    /// Processor time of this process.
    private static func seconds() -> Int { Int(clock() / CLOCKS_PER_SEC) }
}
