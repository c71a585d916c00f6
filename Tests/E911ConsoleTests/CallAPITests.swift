#if Daemon
    import E911Service
    import E911Values
    import Foundation
    import HTTPTypes
    import Testing

    @testable import E911Console

    /// Calls, alerts, devices and evidence through the API.
    struct CallAPITests {
        @Test func aCallHasItsFrozenPictureWithAlertAndMessages() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.securityDesk)
            house.call(1)
            let page = try await house.send(.get, "/api/v1/calls?caller=20*", as: caller)
            let call = try #require(page.json["items"]?.list?.first)
            #expect(call["kind"] == "emergency" && call["status"] == 302)
            let key = try #require(call["key"]?.text)
            let whole = try await house.send(.get, "/api/v1/calls/\(key)", as: caller)
            #expect(whole.json["alert"]?["messages"]?.list?.isEmpty == false)
            #expect(try await house.send(.get, "/api/v1/calls?caller=3*", as: caller).json["items"] == [])
            #expect(try await house.send(.get, "/api/v1/calls/1-a-999", as: caller).status == 404)
        }

        @Test func anAcknowledgementHasTheNameOfWhoSaysSo() async throws {
            let house = try TestHouse()
            let desk = try await house.logIn(.securityDesk)
            let administrator = try await house.logIn(.administrator)
            house.call(1)
            let open = try await house.send(.get, "/api/v1/alerts", as: desk)
            let key = try #require(open.json["items"]?.list?.first?["key"]?.text)
            let path = "/api/v1/alerts/\(key)/acknowledgement"
            #expect(try await house.send(.post, path, #"{"comment":"on my way"}"#, as: desk).status == 204)
            let alert = try await house.send(.get, "/api/v1/alerts/\(key)", as: desk).json
            #expect(alert["acknowledgement"]?["by"] == "security-desk")
            #expect(alert["acknowledgement"]?["comment"] == "on my way")
            let audit = try await house.send(.get, "/api/v1/audit", as: administrator)
            #expect(audit.body.contains("\"action\":\"acknowledge\""))
            #expect(try await house.send(.post, "/api/v1/alerts/9-a-9/acknowledgement", "{}", as: desk).status == 409)
        }

        @Test func pagesOfCallsHangTogether() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.readOnly)
            for number in 1...25 { house.call(number, from: "20\(10 + number)") }
            var seen: [String] = []
            var after = ""
            repeat {
                let page = try await house.send(.get, "/api/v1/calls?limit=10&after=\(after)", as: caller).json
                seen += page["items"]?.list?.compactMap { $0["key"]?.text } ?? []
                after = page["next"]?.text ?? ""
            } while !after.isEmpty && seen.count < 100
            #expect(seen.count == 25 && Set(seen).count == 25)
        }

        @Test(arguments: [
            "/calls?limit=0", "/calls?limit=x", "/calls?after=x", "/calls?kind=x", "/calls?from=x", "/devices?state=x",
            "/devices?located=x", "/explanation", "/explanation?ip=x", "/explanation?dn=1&ip=10.0.0.1",
            "/moves?after=x",
            "/evidence?after=-1", "/elins?after=-1", "/elins?after=x", "/alerts?state=x", "/calls?elin=x",
            "/calls?caller=%zz",
        ])
        func whatCannotBeUnderstoodIsNamed(path: String) async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.readOnly)
            let answer = try await house.send(.get, "/api/v1" + path, as: caller)
            #expect(answer.status == 400, "\(answer.body)")
            #expect(answer.headers[.contentType] == "application/problem+json")
        }

        @Test func evidenceIsTakenAsAWholeOrNotAtAll() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.locationEditor)
            let bad =
                #"{"rows":[{"mac":"00:11:22:33:44:66","bssid":"aa:bb:cc:dd:ee:01"},{"mac":"x","bssid":"aa:bb:cc:dd:ee:01"},{"dn":"2001"}]}"#
            let refused = try await house.send(.post, "/api/v1/evidence", bad, as: caller)
            #expect(refused.status == 422)
            #expect(
                refused.json["errors"]?.list?.compactMap { $0["pointer"]?.text } == ["rows[1].mac", "rows[2].bssid"])
            #expect(try await house.send(.get, "/api/v1/evidence", as: caller).json["items"] == [])
        }

        @Test(arguments: ["/elins", "/elin-places", "/evidence", "/moves"])
        func aPlaceFarBehindTheEndIsTheEnd(path: String) async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.readOnly)
            for after in ["9223372036854775807", "9223372036854775000", "1000000"] {
                let answer = try await house.send(.get, "/api/v1\(path)?after=\(after)&limit=500", as: caller)
                #expect(answer.status == 200 && answer.json["next"] == nil, "\(answer.body)")
            }
        }

        @Test(arguments: ["-9223372036854775808", "9223372036854775807", "-1", "253402300800000"])
        func anImpossibleTimeOfEvidenceIsNamed(at: String) async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.locationEditor)
            let body = #"{"rows":[{"mac":"00:11:22:33:44:55","bssid":"aa:bb:cc:dd:ee:01","at":\#(at)}]}"#
            let answer = try await house.send(.post, "/api/v1/evidence", body, as: caller)
            #expect(answer.status == 422 && answer.body.contains("rows[0].at"), "\(answer.body)")
        }

        @Test(arguments: [
            (#"{"comment":1}"#, 400), ("", 400), ("[", 400),
        ])
        func aBodyThatIsNoneIsNamed(body: String, status: Int) async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.securityDesk)
            let path = "/api/v1/alerts/1-a-1/acknowledgement"
            #expect(try await house.send(.post, path, body, as: caller).status == status)
            #expect(try await house.send(.post, path, body, as: caller, type: "text/plain").status == 415)
            let long = String(repeating: "x", count: 1 << 21)
            #expect(try await house.send(.post, path, long, as: caller).status == 413)
        }

        @Test func anotherMethodIsAnsweredWithThoseThatThereAre() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.readOnly)
            let answer = try await house.send(.delete, "/api/v1/calls", as: caller)
            #expect(answer.status == 405 && answer.headers[.allow] == "GET")
            #expect(try await house.send(.post, "/health/live", as: caller).status == 405)
        }

        @Test func withoutASiteTheNodeIsLiveAndNotReady() async throws {
            let house = try TestHouse(hasSite: false)
            let caller = try await house.logIn(.administrator)
            #expect(try await house.send(.get, "/health/live").status == 200)
            let ready = try await house.send(.get, "/health/ready")
            #expect(ready.status == 503 && ready.body.contains("there is no site"))
            for path in ["/site", "/site.yaml", "/tables/rules", "/site/rules"] {
                #expect(try await house.send(.get, "/api/v1" + path, as: caller).status == 404, "\(path)")
            }
            #expect(try await house.send(.get, "/api/v1/lint", as: caller).body.contains("there is no site yet"))
        }

        @Test func aPlaceOfAHopIsBelievedOfTrustedProxiesOnly() {
            func source(_ peer: String, _ hops: String) -> String {
                RequestOrigin(
                    peer: peer, isTLS: false, host: "h", headers: [HTTPField.Name("X-Forwarded-For")!: hops],
                    trusted: [.init("198.51.100.0/24")!]
                ).source
            }
            #expect(source("203.0.113.1", "192.0.2.1") == "203.0.113.1")
            #expect(source("198.51.100.1", "192.0.2.1") == "192.0.2.1")
            #expect(source("198.51.100.1", "10.9.9.9, 192.0.2.1, 198.51.100.2") == "192.0.2.1")
            #expect(source("198.51.100.1", "nonsense") == "198.51.100.1")
        }
    }
#endif
