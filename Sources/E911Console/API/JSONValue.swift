#if Daemon
    import Foundation

    /// JSON of any form, for what has no Swift type here: documents of the site, schemas.
    public enum JSONValue: Equatable, Sendable, Codable {
        case null
        case bool(Bool)
        case integer(Int64)
        case number(Double)
        case string(String)
        case array([JSONValue])
        case object([String: JSONValue])

        public init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                self = .null
            } else if let value = try? container.decode(Bool.self) {
                self = .bool(value)
            } else if let value = try? container.decode(Int64.self) {
                self = .integer(value)
            } else if let value = try? container.decode(Double.self) {
                self = .number(value)
            } else if let value = try? container.decode(String.self) {
                self = .string(value)
            } else if let value = try? container.decode([JSONValue].self) {
                self = .array(value)
            } else {
                self = .object(try container.decode([String: JSONValue].self))
            }
        }

        public func encode(to encoder: any Encoder) throws {
            var container = encoder.singleValueContainer()
            switch self {
            case .null: try container.encodeNil()
            case .bool(let value): try container.encode(value)
            case .integer(let value): try container.encode(value)
            case .number(let value): try container.encode(value)
            case .string(let value): try container.encode(value)
            case .array(let values): try container.encode(values)
            case .object(let members): try container.encode(members)
            }
        }

        subscript(name: String) -> JSONValue? {
            get {
                guard case .object(let members) = self else { return nil }
                return members[name]
            }
            set {
                guard case .object(var members) = self else { return }
                members[name] = newValue
                self = .object(members)
            }
        }

        var text: String? {
            if case .string(let text) = self { text } else { nil }
        }

        var list: [JSONValue]? {
            if case .array(let values) = self { values } else { nil }
        }

        var members: [String: JSONValue]? {
            if case .object(let members) = self { members } else { nil }
        }
    }

    enum JSON {
        static func octets(_ value: some Encodable) throws -> [UInt8] {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            return [UInt8](try encoder.encode(value))
        }

        static func read<Value: Decodable>(_ type: Value.Type, _ octets: [UInt8]) throws -> Value {
            try JSONDecoder().decode(type, from: Data(octets))
        }
    }
#endif
