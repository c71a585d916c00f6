import E911Values
import ELINEngine
import Testing

@testable import E911Service

@Suite struct ALIRecordTests {
    private func record(
        _ function: RecordFunction = .insert, change: (inout ALIRecord) -> Void = { _ in }
    ) -> ALIRecord {
        var record = ALIRecord(elin: TelephoneNumber("+13125550103")!, function: function)
        record[.npa] = "312"
        record[.callingNumber] = "5550103"
        record[.houseNumber] = "100"
        record[.streetName] = "Main"
        record[.streetSuffix] = "St"
        record[.community] = "Chicago"
        record[.state] = "IL"
        record[.customerName] = "Example"
        record[.classOfService] = "4"
        record[.locationID] = "hq-2"
        change(&record)
        return record
    }

    @Test func aRecordHas512OctetsWhateverItSays() {
        #expect(ALIField.allCases.reduce(0) { $0 + $1.width } == NENA21.recordOctets)
        #expect(NENA21.octets(of: record()).count == 512)
        #expect(NENA21.octets(of: record { $0[.streetName] = String(repeating: "ä", count: 99) }).count == 512)
        let start = String(decoding: NENA21.octets(of: record()).prefix(30), as: UTF8.self)
        #expect(start == "I3125550103100             Mai")
        #expect(NENA21.octets(of: record()).last == UInt8(ascii: "*"))
    }

    @Test func aSoundRecordHasNoProblem() {
        #expect(record().problems(in: .nena21) == [])
        #expect(record().problems(in: .csv) == [])
    }

    struct Case: Sendable {
        var field: ALIField
        var value: String
        var reason: String
    }

    @Test(arguments: [
        Case(field: .streetName, value: "", reason: "is missing"),
        Case(field: .community, value: "", reason: "is missing"),
        Case(field: .state, value: "Illinois", reason: "is longer than 2 characters"),
        Case(field: .state, value: "I1", reason: "is not a state of two letters"),
        Case(field: .prefixDirectional, value: "NN", reason: "is none of N, S, E, W, NE, NW, SE, SW"),
        Case(field: .houseNumber, value: "12345678901", reason: "is longer than 10 characters"),
        Case(field: .zipCode, value: "606", reason: "is not a ZIP code of five digits"),
        Case(field: .zipPlus4, value: "12a4", reason: "is not the four digits of a ZIP+4"),
        Case(field: .location, value: "Büro", reason: "has characters that are not printable ASCII"),
        Case(field: .location, value: "a\tb", reason: "has characters that are not printable ASCII"),
        Case(field: .customerName, value: String(repeating: "x", count: 33), reason: "is longer than 32 characters"),
        Case(field: .classOfService, value: "x", reason: "is not one digit"),
    ])
    func aProblemNamesFieldValueAndReason(_ one: Case) throws {
        let problem = try #require(record { $0[one.field] = one.value }.problems(in: .nena21).first)
        #expect(problem.field == one.field && problem.value == one.value && problem.reason == one.reason)
        #expect(problem.location == "hq-2" && problem.elin == TelephoneNumber("+13125550103"))
        #expect(problem.description.hasPrefix("+13125550103 (location hq-2): \(one.field.rawValue) '\(one.value)': "))
    }

    @Test func aSuffixThatIsNoAbbreviationIsToldOnce() {
        let problems = record { $0[.streetSuffix] = "Avenue" }.problems(in: .nena21)
        #expect(problems.map(\.reason).contains("is longer than 4 characters"))
        // A table has room.
        #expect(record { $0[.customerName] = String(repeating: "x", count: 99) }.problems(in: .csv) == [])
    }

    @Test func aNumberOfAnotherCountryFitsATableOnly() {
        let foreign = ALIRecord(elin: TelephoneNumber("+4930123456789")!, function: .delete)
        #expect(foreign.problems(in: .nena21).map(\.field) == [.callingNumber])
        #expect(foreign.problems(in: .csv) == [])
    }

    @Test func theDigestKnowsThePlaceAndNotTheDay() {
        let digest = record().digest
        #expect(record(.change) { $0[.extractDate] = "112426" }.digest == digest)
        #expect(record { $0[.houseNumber] = "101" }.digest != digest)
        #expect(record { $0[.locationID] = "hq-3" }.digest != digest)
        // Where a value stands counts.
        #expect(
            record {
                $0[.houseNumber] = ""
                $0[.houseNumberSuffix] = "100"
            }.digest != digest)
    }

    @Test func aTableQuotesWhatNeedsIt() {
        let columns = [ALIColumn(name: "Tel, no.", field: .number), ALIColumn(name: "Where", field: .location)]
        let text = ALITable.text(of: [record { $0[.location] = "Room \"A\", east" }, record()], columns: columns)
        #expect(text == "\"Tel, no.\",Where\r\n+13125550103,\"Room \"\"A\"\", east\"\r\n+13125550103,\r\n")
    }

    @Test func jsonEscapesWhatItMust() {
        var json = JSONText()
        json.object { json in
            json.member("a\"b\\", "c\u{1}\n")
            json.name("list")
            json.list([1, 2]) { json, value in json.text("\(value)") }
            json.name("none")
            json.null()
        }
        #expect(
            String(decoding: json.octets, as: UTF8.self)
                == #"{"a\"b\\":"c\u0001\u000a","list":["1","2"],"none":null}"#)
    }
}
