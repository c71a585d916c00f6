/// Why a document was refused as a whole. Two errors are equal when their codes are.
public struct RegInfoError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What kind of error it is; stable, for counters and tests.
    public struct Code: Hashable, Sendable, CustomStringConvertible {
        public let description: String

        private init(_ description: String) {
            self.description = description
        }

        /// Not well-formed XML, cut off, or empty.
        public static let notWellFormed = Code("not-well-formed")
        /// A prefix that is bound to nothing, or another breach of Namespaces in XML.
        public static let namespace = Code("namespace")
        /// A document type declaration: it has no place in this format, and attacks need one.
        public static let doctype = Code("doctype")
        /// The root is not `reginfo` of `urn:ietf:params:xml:ns:reginfo`.
        public static let notReginfo = Code("not-reginfo")
        /// `version` is missing or no non-negative integer.
        public static let version = Code("version")
        /// `state` of the document is missing or neither `full` nor `partial`.
        public static let state = Code("state")
        /// A limit of ``RegInfoLimits`` was reached.
        public static let limit = Code("limit")
    }

    public let code: Code
    /// For people.
    public let reason: String
    /// From 1; 0 when it is not known.
    public let line: Int
    /// From 1, in octets; 0 when it is not known.
    public let column: Int

    public init(code: Code, reason: String, line: Int = 0, column: Int = 0) {
        self.code = code
        self.reason = reason
        self.line = line
        self.column = column
    }

    public static func == (a: RegInfoError, b: RegInfoError) -> Bool { a.code == b.code }

    public var description: String { "\(line):\(column): \(reason) (\(code))" }
}

/// Something wrong in one element that did not refuse the document: the element was skipped, or a value was not used.
public struct RegInfoIrregularity: Hashable, Sendable {
    public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
        /// A registration without `aor`, `id` or usable `state`, or whose `aor` is no URI; skipped with its contacts.
        case registrationSkipped
        /// A contact without `id`, `event`, usable `state` or exactly one usable `uri`; skipped.
        case contactSkipped
        /// An `unknown-param` without name; skipped, its contact kept.
        case parameterSkipped
        /// A number that is none; read as absent.
        case numberIgnored
        /// An event outside RFC 3680; the contact kept.
        case eventUnrecognised
    }

    public let kind: Kind
    /// From 1; where the start tag ends, or the element if it was judged as a whole.
    public let line: Int
    /// From 1, in octets.
    public let column: Int

    public init(kind: Kind, line: Int, column: Int) {
        self.kind = kind
        self.line = line
        self.column = column
    }
}

extension RegInfoIrregularity: CustomStringConvertible {
    public var description: String {
        let what =
            switch kind {
            case .registrationSkipped: "a registration without a usable aor, id or state was skipped"
            case .contactSkipped: "a contact without a usable id, event, state or uri was skipped"
            case .parameterSkipped: "an unknown-param without a name was skipped"
            case .numberIgnored: "a number that is none was not used"
            case .eventUnrecognised: "an event outside RFC 3680 was taken for a label"
            }
        return "\(line):\(column): \(what)"
    }
}
