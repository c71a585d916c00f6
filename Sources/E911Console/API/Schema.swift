#if Daemon
    /// The form of a JSON value, as OpenAPI 3.1 writes it (JSON Schema 2020-12).
    indirect enum Schema: Sendable {
        case string, integer, boolean, number, any
        case text(String)
        case choice([String])
        case format(String)
        case pattern(String)
        case bounded(Int, Int)
        case list(Schema)
        /// Members; those whose name ends with `?` may be missing or null.
        case object(KeyValuePairs<String, Schema>)
        case map(Schema)
        case nullable(Schema)
        case described(Schema, String)
        case reference(String)

        var json: JSONValue {
            switch self {
            case .string: ["type": "string"]
            case .integer: ["type": "integer"]
            case .number: ["type": "number"]
            case .boolean: ["type": "boolean"]
            case .any: [:]
            case .text(let meaning): ["type": "string", "description": .string(meaning)]
            case .choice(let values): ["type": "string", "enum": .array(values.map { .string($0) })]
            case .format(let format): ["type": "string", "format": .string(format)]
            case .pattern(let pattern): ["type": "string", "pattern": .string(pattern)]
            case .bounded(let low, let high):
                ["type": "integer", "minimum": .integer(Int64(low)), "maximum": .integer(Int64(high))]
            case .list(let entry): ["type": "array", "items": entry.json]
            case .map(let value): ["type": "object", "additionalProperties": value.json]
            case .nullable(let schema): ["anyOf": [schema.json, ["type": "null"]]]
            case .reference(let name): ["$ref": .string("#/components/schemas/\(name)")]
            case .described(let schema, let meaning): schema.json.with("description", .string(meaning))
            case .object(let members): Self.object(members)
            }
        }

        private static func object(_ members: KeyValuePairs<String, Schema>) -> JSONValue {
            var properties: [String: JSONValue] = [:]
            var required: [JSONValue] = []
            for (name, schema) in members {
                if name.hasSuffix("?") {
                    properties[String(name.dropLast())] = schema.json
                } else {
                    properties[name] = schema.json
                    required.append(.string(name))
                }
            }
            var object: JSONValue = ["type": "object", "properties": .object(properties)]
            if !required.isEmpty { object["required"] = .array(required) }
            return object
        }
    }

    extension JSONValue {
        func with(_ name: String, _ value: JSONValue) -> JSONValue {
            var copy = self
            copy[name] = value
            return copy
        }
    }

    extension JSONValue: ExpressibleByStringLiteral, ExpressibleByDictionaryLiteral, ExpressibleByArrayLiteral,
        ExpressibleByBooleanLiteral, ExpressibleByIntegerLiteral
    {
        public init(stringLiteral value: String) { self = .string(value) }
        public init(booleanLiteral value: Bool) { self = .bool(value) }
        public init(integerLiteral value: Int64) { self = .integer(value) }
        public init(arrayLiteral elements: JSONValue...) { self = .array(elements) }
        public init(dictionaryLiteral elements: (String, JSONValue)...) {
            self = .object(Dictionary(elements) { $1 })
        }
    }
#endif
