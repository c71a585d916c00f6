/// What a fuzzer found: something that must hold does not.
public struct Broken: Error, CustomStringConvertible {
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// One thing that is fuzzed. It throws, or traps, when octets show an error of ours.
public struct Check: Sendable {
    /// The fuzz target, and the folder of its crashers.
    public let name: String
    public let run: @Sendable ([UInt8]) throws -> Void

    public static let all = [
        Check(name: "FuzzMessage", run: MessageCheck.run), Check(name: "FuzzStream", run: StreamCheck.run),
        Check(name: "FuzzURI", run: URICheck.run), Check(name: "FuzzHeader", run: HeaderCheck.run),
        Check(name: "FuzzTransactions", run: TransactionCheck.run),
        Check(name: "FuzzSubscription", run: SubscriptionCheck.run), Check(name: "FuzzTrace", run: TraceCheck.run),
        Check(name: "FuzzCapture", run: CaptureCheck.run),
    ]

    public static func named(_ name: String) -> Check? { all.first { $0.name == name } }
}

func require(_ holds: Bool, _ text: @autoclosure () -> String) throws {
    guard holds else { throw Broken(text()) }
}

func require<Value>(_ value: Value?, _ text: @autoclosure () -> String) throws -> Value {
    guard let value else { throw Broken(text()) }
    return value
}
