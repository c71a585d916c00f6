import CPCRE2

/// A pattern of a site (filters, caller rules, User-Agent): a Perl-compatible regular expression over octets.
///
/// Whoever writes a pattern must not be able to stop the service, so each match has a limit of steps and a longest
/// subject; reaching either is no match, and is told, for an alarm.
public struct Pattern: Equatable, Sendable {
    /// What PCRE2 may do for one match before it gives up.
    public static let stepLimit: UInt32 = 10_000
    /// Octets of the longest subject.
    public static let subjectLimit = 256

    public let source: String
    private let code: Code

    /// How many groups `(…)` it has, not counting the whole match.
    public var groupCount: Int { code.groupCount }

    /// Compiles the pattern.
    public init(_ source: String) throws(PatternError) {
        self.source = source
        code = try Code(source)
    }

    public enum Outcome: Equatable, Sendable {
        case noMatch
        /// The octets of the whole match and of each group in the subject; `nil` for a group that took no part.
        case match([Range<Int>?])
        /// A limit was reached: no match, and a reason for an alarm.
        case limitReached
    }

    /// Looks for the first match.
    public func firstMatch(in subject: Span<UInt8>) -> Outcome {
        guard subject.count <= Self.subjectLimit else { return .limitReached }
        return subject.withUnsafeBufferPointer { code.firstMatch(in: $0) }
    }

    /// The same over the UTF-8 octets of a text.
    public func firstMatch(in subject: String) -> Outcome {
        firstMatch(in: Array(subject.utf8).span)
    }

    /// What `template` says after a match, with `$0` to `$9` replaced by the match and its groups (an absent group is
    /// empty) and `$$` by a dollar; `nil` without a match.
    public func expand(_ template: String, in subject: String) -> (text: String?, limitReached: Bool) {
        let octets = Array(subject.utf8)
        switch firstMatch(in: octets.span) {
        case .noMatch: return (nil, false)
        case .limitReached: return (nil, true)
        case .match(let groups):
            var text: [UInt8] = []
            var rest = Array(template.utf8)[...]
            while let octet = rest.popFirst() {
                guard octet == UInt8(ascii: "$"), let next = rest.first else {
                    text.append(octet)
                    continue
                }
                if next == UInt8(ascii: "$") {
                    rest.removeFirst()
                    text.append(octet)
                } else if next >= 48, next <= 57 {
                    rest.removeFirst()
                    let group = Int(next - 48)
                    if group < groups.count, let range = groups[group] { text.append(contentsOf: octets[range]) }
                } else {
                    text.append(octet)
                }
            }
            return (String(decoding: text, as: UTF8.self), false)
        }
    }

    public static func == (a: Pattern, b: Pattern) -> Bool { a.source == b.source }
}

/// Why a pattern cannot be used.
public struct PatternError: Error, Equatable, Sendable, CustomStringConvertible {
    public let pattern: String
    public let reason: String
    /// Octets from the beginning of the pattern.
    public let offset: Int

    public var description: String { "pattern '\(pattern)', offset \(offset): \(reason)" }
}

/// Owns a compiled pattern.
///
/// Unchecked, since the compiler knows nothing of what the pointers lead to: neither the pattern nor the match context is
/// changed after it was made, and PCRE2 allows several threads to match with both; each match has data of its own.
private final class Code: @unchecked Sendable {
    private let code: OpaquePointer
    private let context: OpaquePointer?
    let groupCount: Int

    init(_ source: String) throws(PatternError) {
        var error: Int32 = 0
        var offset = 0
        let octets = Array(source.utf8)
        // A text of UTF-8 is matched octet by octet: subjects come from the wire and need not be UTF-8.
        let options = UInt32(PCRE2_NEVER_UTF) | UInt32(PCRE2_NEVER_BACKSLASH_C)
        guard let code = pcre2_compile_8(octets, octets.count, options, &error, &offset, nil) else {
            var message = [UInt8](repeating: 0, count: 128)
            let count = pcre2_get_error_message_8(error, &message, message.count)
            let reason = String(decoding: message.prefix(Int(max(count, 0))), as: UTF8.self)
            throw PatternError(pattern: source, reason: reason, offset: offset)
        }
        self.code = code
        var groups: UInt32 = 0
        pcre2_pattern_info_8(code, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        groupCount = Int(groups)
        context = pcre2_match_context_create_8(nil)
        pcre2_set_match_limit_8(context, Pattern.stepLimit)
        pcre2_set_depth_limit_8(context, Pattern.stepLimit)
        // KiB
        pcre2_set_heap_limit_8(context, 1024)
    }

    deinit {
        pcre2_match_context_free_8(context)
        pcre2_code_free_8(code)
    }

    func firstMatch(in subject: UnsafeBufferPointer<UInt8>) -> Pattern.Outcome {
        let data = pcre2_match_data_create_from_pattern_8(code, nil)
        defer { pcre2_match_data_free_8(data) }
        // An empty subject has no address in Swift, and needs one in C.
        var nothing: UInt8 = 0
        let result = withUnsafePointer(to: &nothing) {
            pcre2_match_8(code, subject.baseAddress ?? $0, subject.count, 0, 0, data, context)
        }
        if result == PCRE2_ERROR_NOMATCH { return .noMatch }
        guard result > 0, let vector = pcre2_get_ovector_pointer_8(data) else { return .limitReached }
        return .match(
            (0..<Int(pcre2_get_ovector_count_8(data))).map { group in
                // A group that took no part has the greatest size_t, which Swift reads as -1.
                let (start, end) = (vector[2 * group], vector[2 * group + 1])
                return start < 0 || end < start ? nil : start..<end
            })
    }
}
