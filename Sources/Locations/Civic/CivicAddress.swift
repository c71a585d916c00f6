/// A civic address: RFC 5139 elements and their values.
public struct CivicAddress: Hashable, Sendable {
    public struct Field: Hashable, Sendable {
        public let element: CivicElement
        public let value: String
    }

    /// In the order of RFC 5139 section 3.4; no element twice, no value empty.
    public private(set) var fields: [Field] = []

    public init() {}

    /// - Parameter fields: of an element that stands twice the last value counts.
    public init(_ fields: [(CivicElement, String)]) {
        for (element, value) in fields { self[element] = value }
    }

    public var isEmpty: Bool { fields.isEmpty }

    /// The value of an element. Setting `nil` or an empty text removes it.
    public subscript(element: CivicElement) -> String? {
        get { fields.first { $0.element == element }?.value }
        set {
            let position = fields.firstIndex { $0.element >= element } ?? fields.count
            let exists = position < fields.count && fields[position].element == element
            let value = newValue.flatMap { $0.isEmpty ? nil : $0 }
            switch (value, exists) {
            case (let value?, true): fields[position] = Field(element: element, value: value)
            case (let value?, false): fields.insert(Field(element: element, value: value), at: position)
            case (nil, true): fields.remove(at: position)
            case (nil, false): break
            }
        }
    }

    /// This address with the elements that it lacks taken from the place that contains it.
    public func inheriting(from parent: CivicAddress) -> CivicAddress {
        var merged = parent
        for field in fields { merged[field.element] = field.value }
        return merged
    }
}
