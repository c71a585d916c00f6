import E911Values
import ELINEngine

extension ALIRecord {
    /// What is wrong with the record in a format; empty when it can be exported.
    public func problems(in format: ALIFormat) -> [ALIProblem] {
        var found: [ALIProblem] = []
        func add(_ field: ALIField, _ reason: String) {
            found.append(
                ALIProblem(
                    elin: elin, location: self[.locationID], field: field, value: self[field], reason: reason))
        }
        // Of a place that is gone there is nothing to say but that the number is.
        let isWhole = function != .delete
        for field in ALIField.allCases {
            let value = self[field]
            if value.isEmpty {
                if isWhole, field.isRequired { add(field, "is missing") }
                continue
            }
            if format == .nena21, field.width > 0 {
                if value.utf8.contains(where: { $0 < 0x20 || $0 > 0x7e }) {
                    add(field, "has characters that are not printable ASCII")
                } else if value.utf8.count > field.width {
                    add(field, "is longer than \(field.width) characters")
                }
            }
            if let reason = ALIContent.problem(value, of: field) { add(field, reason) }
        }
        if format == .nena21, elin.tenDigits == nil {
            found.append(
                ALIProblem(
                    elin: elin, location: self[.locationID], field: .callingNumber, value: elin.description,
                    reason: "is not a number of country code 1, for which alone the format has room"))
        }
        return found
    }
}

/// What the fields may hold, beside their length.
enum ALIContent {
    private static let directions = ["N", "S", "E", "W", "NE", "NW", "SE", "SW"]

    /// Why a value is none for the field; `nil` if it is one.
    static func problem(_ value: String, of field: ALIField) -> String? {
        switch field {
        case .prefixDirectional, .postDirectional:
            directions.contains(value.uppercased()) ? nil : "is none of \(directions.joined(separator: ", "))"
        case .state: isLetters(value, count: 2) ? nil : "is not a state of two letters"
        case .zipCode: isDigits(value, count: 5) ? nil : "is not a ZIP code of five digits"
        case .zipPlus4: isDigits(value, count: 4) ? nil : "is not the four digits of a ZIP+4"
        case .classOfService, .typeOfService: isDigits(value, count: 1) ? nil : "is not one digit"
        case .streetSuffix:
            value.utf8.count > 4
                ? "is no abbreviation of USPS Publication 28, for example AVE, BLVD, ST" : nil
        default: nil
        }
    }

    private static func isDigits(_ text: String, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (48...57).contains($0) }
    }

    private static func isLetters(_ text: String, count: Int) -> Bool {
        text.utf8.count == count && text.utf8.allSatisfy { (65...90).contains($0 & 0xdf) }
    }
}
