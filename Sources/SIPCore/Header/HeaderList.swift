/// The one splitter of comma-separated lists. It knows quotes and `<>`, so that a comma inside them splits nothing.
struct HeaderList: Sequence, IteratorProtocol {
    private var scanner: Scanner
    /// Whether an empty element was stepped over.
    private(set) var hasEmptyElement = false

    /// Whether there is no comma: the text is one element, whatever is in it.
    private let isSingle: Bool

    init(_ text: SIPText) {
        scanner = Scanner(text)
        isSingle = !text.contains(UInt8(ascii: ","))
    }

    /// The next element that is not empty, trimmed.
    mutating func next() -> SIPText? {
        while !scanner.isAtEnd {
            let start = scanner.at
            if isSingle { scanner.at = scanner.end } else { stepToComma() }
            let element = SIPText(scanner.bytes, ByteRange(start, scanner.at)).trimmed
            let isLast = scanner.isAtEnd
            if !isLast {
                scanner.at += 1
                if scanner.isAtEnd { hasEmptyElement = true }
            }
            if !element.isEmpty { return element }
            hasEmptyElement = true
        }
        return nil
    }

    /// Octets of the text up to the comma that ended the element given last, and the comma itself.
    var offsetBehindElement: Int { scanner.at }

    private mutating func stepToComma() {
        var isInBrackets = false
        while !scanner.isAtEnd {
            switch scanner.next {
            case UInt8(ascii: "\""):
                // A quote that never closes takes the rest: no later comma can be trusted.
                if isInBrackets { scanner.at += 1 } else { _ = scanner.quotedString() }
            case UInt8(ascii: "<"):
                isInBrackets = true
                scanner.at += 1
            case UInt8(ascii: ">"):
                isInBrackets = false
                scanner.at += 1
            case UInt8(ascii: ",") where !isInBrackets:
                return
            default:
                scanner.at += 1
            }
        }
    }
}
