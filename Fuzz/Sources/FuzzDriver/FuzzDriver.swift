internal import CFuzzer

/// Runs libFuzzer over one check. A check that traps is a find.
public enum FuzzDriver {
    /// libFuzzer calls a C function, which cannot carry a closure along. Set once, before it starts.
    nonisolated(unsafe) private static var check: ([UInt8]) -> Void = { _ in }

    public static func run(_ check: @escaping ([UInt8]) -> Void) {
        self.check = check
        var count = CommandLine.argc
        var arguments = CommandLine.unsafeArgv
        _ = withUnsafeMutablePointer(to: &count) { count in
            withUnsafeMutablePointer(to: &arguments) { arguments in
                LLVMFuzzerRunDriver(count, arguments) { data, size in
                    FuzzDriver.check(Array(UnsafeBufferPointer(start: data, count: size)))
                    return 0
                }
            }
        }
    }
}
