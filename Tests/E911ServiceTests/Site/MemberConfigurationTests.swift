import E911Values
import Foundation
import SIPCore
import Testing

@testable import E911Service

@Suite struct MemberConfigurationTests {
    private func coded(_ member: MemberConfiguration) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(member), as: UTF8.self)
    }

    private func decoded(_ text: String) throws -> MemberConfiguration {
        try JSONDecoder().decode(MemberConfiguration.self, from: Data(text.utf8))
    }

    /// A site that is in a store stays as it is.
    @Test func anAddressIsWrittenAsEver() throws {
        let text = #"{"address":"192.0.2.10","port":5070,"transport":"tcp"}"#
        let member = try decoded(text)
        #expect(member.endpoint == Endpoint("192.0.2.10:5070") && member.transport == .tcp && !member.isNamed)
        #expect(try coded(member) == text)
        #expect(member.authority == "192.0.2.10:5070" && member.hostText == "192.0.2.10")
    }

    @Test(arguments: [
        #"{"address":"sip.example.com"}"#, #"{"address":"sip.example.com","transport":"tls"}"#,
        #"{"address":"sip.example.com","port":5070,"transport":"udp"}"#,
    ])
    func namesKeepWhatWasSaid(_ text: String) throws {
        let member = try decoded(text)
        #expect(try coded(member) == text && member.isNamed && member.endpoint == nil)
    }

    /// What its certificate must speak for (RFC 5922): the domain that is configured, else the name.
    @Test func aNameIsWhatACertificateSpeaksFor() throws {
        let endpoint = try #require(Endpoint("192.0.2.10:5061"))
        let named = MemberConfiguration(host: .name("sip.example.com"))
        #expect(named.hop(.tls, endpoint).domain == "sip.example.com" && named.hop(.tcp, endpoint).domain == nil)
        let other = MemberConfiguration(host: .name("sip.example.com"), transport: .tls, domain: "example.com")
        #expect(other.hop(.tls, endpoint).domain == "example.com")
        #expect(MemberConfiguration(address: endpoint.address, port: 5061, transport: .tls).hop?.domain == nil)
    }

    @Test func whatIsNotSaidHasItsDefault() throws {
        let address = try #require(IPAddress("2001:db8::1"))
        #expect(MemberConfiguration(host: .address(address)).authority == "[2001:db8::1]:5060")
        #expect(MemberConfiguration(host: .address(address), transport: .tls).port == 5061)
        #expect(MemberConfiguration(host: .name("sip.example.com"), port: 5070).transport == .udp)
        #expect(MemberConfiguration(host: .name("sip.example.com")).transport == nil)
        #expect(throws: DecodingError.self) { try decoded(#"{"address":"sip server"}"#) }
    }
}
