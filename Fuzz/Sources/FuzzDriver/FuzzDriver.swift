internal import CFuzzer
internal import FuzzChecks

/// Runs libFuzzer over one check. A check that throws or traps is a find.
public enum FuzzDriver {
    /// libFuzzer calls a C function, which cannot carry a closure along. Set once, before it starts.
    nonisolated(unsafe) private static var check: @Sendable ([UInt8]) throws -> Void = { _ in }

    /// - Parameter name: of the fuzz target.
    public static func run(_ name: String) {
        guard let found = Check.named(name) else { preconditionFailure("there is no check for \(name)") }
        check = found.run
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &count) { count in
            withUnsafeMutablePointer(to: &arguments) { arguments in
                LLVMFuzzerRunDriver(count, arguments) { data, size in
                    do {
                        try FuzzDriver.check(Array(UnsafeBufferPointer(start: data, count: size)))
                    } catch {
                        fatalError("\(error)")
                    }
                    return 0
                }
            }
        }
    }
}
