import E911Service
import Glibc
import RegInfo

/// Reads registrations by RegInfo and brings them through a whole node. Prints what that takes, as JSON.
@main
enum Main {
    static func main() {
        let words = CommandLine.arguments
        switch (words.dropFirst().first, words.dropFirst(2).first, words.dropFirst(3).first.flatMap { Int($0) }) {
        case ("write", let path?, let count?): write(path, SyntheticDevices(seed: 1, count: count))
        case ("parse", let path?, nil): ParseFigures.print(path)
        case ("download", let count?, nil): DownloadFigures.print(SyntheticDevices(seed: 1, count: Int(count) ?? 0))
        case ("memory", let count?, nil): MemoryFigures.print(SyntheticDevices(seed: 1, count: Int(count) ?? 0))
        case ("calls", let count?, let calls?):
            CallFigures.print(SyntheticDevices(seed: 1, count: Int(count) ?? 0), calls)
        default:
            die(
                "usage: Registrations write FILE DEVICES | parse FILE | download DEVICES | memory DEVICES | calls DEVICES CALLS"
            )
        }
    }

    private static func write(_ path: String, _ devices: SyntheticDevices) {
        let document = devices.documents(0..<devices.count, octets: .max)[0]
        guard let file = fopen(path, "wb"), fwrite(document, 1, document.count, file) == document.count,
            fclose(file) == 0
        else { die("\(path) cannot be written") }
    }
}

func die(_ reason: String) -> Never {
    let line = Array("\(reason)\n".utf8)
    _ = Glibc.write(STDERR_FILENO, line, line.count)
    exit(1)
}

/// Seconds of processor time of this thread.
func cpuSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
}

/// Octets in memory, at present (`VmRSS`) or at most so far (`VmHWM`).
func residentOctets(_ which: String = "VmRSS") -> Int {
    guard let file = fopen("/proc/self/status", "r") else { die("/proc/self/status cannot be read") }
    defer { fclose(file) }
    var line = [CChar](repeating: 0, count: 256)
    while fgets(&line, 256, file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        if text.hasPrefix(which + ":"),
            let number = text.split(whereSeparator: { $0 == " " || $0 == "\t" }).dropFirst().first
        {
            return (Int(number) ?? 0) * 1024
        }
    }
    die("/proc/self/status has no \(which)")
}
