#if Daemon
    import E911Store

    /// A statement with its parameters, which go to the server as octets beside it.
    struct PostgresStatement: Sendable {
        var sql: String
        var parameters: [PostgresParameter] = []

        init(_ sql: String, _ parameters: [PostgresParameter] = []) {
            self.sql = sql
            self.parameters = parameters
        }
    }

    /// A parameter in PostgreSQL's binary form.
    struct PostgresParameter: Sendable {
        /// The number of its type (`pg_type.oid`).
        let type: UInt32
        /// `nil` is NULL.
        let octets: [UInt8]?

        private init(_ type: UInt32, _ octets: [UInt8]?) {
            self.type = type
            self.octets = octets
        }

        static func integer(_ number: Int64) -> Self { Self(20, bigEndian(number)) }
        static func text(_ text: String) -> Self { Self(25, Array(StoredText.escaped(text).utf8)) }

        static func value(_ value: StoreValue) -> Self {
            switch value {
            case .integer(let number): .integer(number)
            case .text(let text): .text(text)
            case .octets(let octets): Self(17, octets)
            case .flag(let flag): Self(16, [flag ? 1 : 0])
            case .null: Self(20, nil)
            }
        }

        /// An array of a column's values, of which there is one at least.
        static func array(_ kind: StoreTable.Column.Kind, _ values: some Collection<StoreValue>) -> Self {
            let (type, element): (UInt32, UInt32) =
                switch kind {
                case .integer: (1016, 20)
                case .text: (1009, 25)
                case .longText, .octets: (1001, 17)
                case .flag: (1000, 16)
                }
            var octets: [UInt8] = []
            octets.reserveCapacity(20 + values.count * 16)
            append(Int32(1), &octets)
            append(Int32(values.contains(.null) ? 1 : 0), &octets)
            append(element, &octets)
            append(Int32(truncatingIfNeeded: values.count), &octets)
            append(Int32(1), &octets)
            for value in values {
                switch value {
                case .integer(let number):
                    append(Int32(8), &octets)
                    append(number, &octets)
                case .text(let text):
                    let utf8 = Array(StoredText.escaped(text).utf8)
                    append(Int32(truncatingIfNeeded: utf8.count), &octets)
                    octets += utf8
                case .octets(let value):
                    append(Int32(truncatingIfNeeded: value.count), &octets)
                    octets += value
                case .flag(let flag):
                    append(Int32(1), &octets)
                    octets.append(flag ? 1 : 0)
                case .null:
                    append(Int32(-1), &octets)
                }
            }
            return Self(type, octets)
        }

        private static func bigEndian(_ number: some FixedWidthInteger) -> [UInt8] {
            withUnsafeBytes(of: number.bigEndian) { Array($0) }
        }

        private static func append(_ number: some FixedWidthInteger, _ octets: inout [UInt8]) {
            withUnsafeBytes(of: number.bigEndian) { octets.append(contentsOf: $0) }
        }
    }
#endif
