/// What is wrong with the locations or rules of a site, and where.
public struct LocationProblem: Equatable, Sendable, CustomStringConvertible {
    public enum Code: String, Sendable {
        case emptyID, duplicateLocation, unknownParent, parentCycle
        case unknownLocation, duplicateRule
    }

    /// The part of the configuration, by its index in the list that was given.
    public enum Position: Equatable, Sendable {
        case location(Int)
        case rule(Int)
        /// The location of the off-premises policy.
        case offPremises
        /// A network of the off-premises policy.
        case offPremisesNetwork(Int)
    }

    public var code: Code
    public var position: Position
    /// A sentence for people: what is wrong and why.
    public var reason: String

    public init(code: Code, position: Position, reason: String) {
        self.code = code
        self.position = position
        self.reason = reason
    }

    public var description: String { reason }
}

/// A configuration that does not hold together.
public struct LocationError: Error, Equatable, Sendable, CustomStringConvertible {
    /// Every problem, in the order of the configuration; never empty.
    public var problems: [LocationProblem]

    public init(problems: [LocationProblem]) {
        self.problems = problems
    }

    public var description: String { problems.map(\.reason).joined(separator: "; ") }
}
