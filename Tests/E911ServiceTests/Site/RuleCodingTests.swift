import E911Service
import E911Values
import Foundation
import Testing

@Suite struct RuleCodingTests {
    @Test func aRuleIsAShortList() throws {
        let rules =
            try SiteConfiguration.sample().rules + [
                RuleConfiguration(condition: .deviceDN("2001"), location: "hq"),
                RuleConfiguration(condition: .deviceInstance("<urn:uuid:1>"), location: ""),
            ]
        let data = try JSONEncoder().encode(rules)
        #expect(try JSONDecoder().decode([RuleConfiguration].self, from: data) == rules)
        let prefix = try JSONEncoder().encode([rules[4]])
        #expect(String(decoding: prefix, as: UTF8.self) == #"[["prefix","10.1.0.0\/16","hq"]]"#)
    }

    @Test func whatEarlierVersionsWroteIsRead() throws {
        let text = """
            [{"condition":{"prefix":{"_0":"10.1.0.0/16"}},"location":"hq"},
             {"condition":{"port":{"switch":"sw-2","port":"7"}},"location":"hq"}]
            """
        let rules = try JSONDecoder().decode([RuleConfiguration].self, from: Data(text.utf8))
        #expect(rules.map(\.location) == ["hq", "hq"])
        #expect(rules[0].condition == .prefix(try #require(IPPrefix("10.1.0.0/16"))))
        #expect(rules[1].condition == .port(switch: "sw-2", port: "7"))
    }

    @Test(arguments: [
        "[[]]", "[[\"prefix\"]]", "[[\"prefix\",\"10\",\"hq\"]]", "[[\"what\",\"1\",\"hq\"]]", "[{}]", "[1]",
    ])
    func whatIsNoRuleIsAnError(text: String) {
        #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([RuleConfiguration].self, from: Data(text.utf8))
        }
    }
}
