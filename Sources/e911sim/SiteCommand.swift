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
            let resident = residentKilobytes()
            memory.append(resident)
            print("hour \(hour): \(resident) kB resident, \(seconds() - start) s of processor time")
            fflush(nil)
        }
        print(report)
        exit(report.violations.isEmpty && !grows(memory) ? 0 : 1)
    }

    /// - Parameter memory: in kB, at the start and after each hour.
    private static func grows(_ memory: [Int]) -> Bool {
        // The first download and the first re-registrations are over at hour 2.
        guard memory.count > 3, let late = memory.last else {
            print("memory: whether it grows shows from the third hour on")
            return false
        }
        let growth = (late - memory[2]) * 100 / max(1, memory[2])
        print("memory: \(memory[2]) kB at hour 2, \(late) kB at hour \(memory.count - 1): \(growth) % more")
        return growth > 10
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
