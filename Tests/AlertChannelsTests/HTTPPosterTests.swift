#if Daemon
    import Alerting
    import Foundation
    import Testing

    @testable import AlertChannels

    @Suite struct HTTPPosterTests {
        private func post(_ server: ToyWebServer, token: String? = nil, body: String = "{}") async -> DeliveryResult {
            let poster = HTTPPoster()
            defer { poster.close() }
            return await withCheckedContinuation { continuation in
                poster.post(
                    HTTPPoster.Request(
                        url: "http://127.0.0.1:\(server.port)/records", tokenFile: token, key: "a-7",
                        body: Array(body.utf8))
                ) { continuation.resume(returning: $0) }
            }
        }

        @Test func aPostCarriesJSONItsKeyAndTheToken() async throws {
            let server = try ToyWebServer(["200 OK"])
            defer { server.close() }
            let file = FileManager.default.temporaryDirectory.appending(path: "token-\(UUID().uuidString)")
            try Data("secret\n".utf8).write(to: file)
            defer { try? FileManager.default.removeItem(at: file) }
            let body = "{\"text\":\"\(String(repeating: "x", count: 100_000))\"}"
            #expect(await post(server, token: file.path, body: body) == .delivered(providerAnswer: "HTTP/1.1 200 OK"))
            let request = try #require(server.received.first)
            #expect(request.head.first == "POST /records HTTP/1.1")
            #expect(request.value(of: "Content-Type") == "application/json")
            #expect(request.value(of: "Idempotency-Key") == "a-7")
            #expect(request.value(of: "Authorization") == "Bearer secret")
            #expect(request.body == Array(body.utf8))
        }

        @Test(arguments: [
            ("201 Created", "delivered"), ("204 No Content", "delivered"), ("202 Accepted", "temporary"),
            ("429 Too Many Requests", "temporary"), ("503 Unavailable", "temporary"), ("", "temporary"),
            ("301 Moved Permanently", "permanent"), ("404 Not Found", "permanent"), ("422 Refused", "permanent"),
        ])
        func theStatusSaysWhatBecameOfIt(_ status: String, _ wanted: String) async throws {
            let server = try ToyWebServer([status])
            defer { server.close() }
            let result =
                switch await post(server) {
                case .delivered: "delivered"
                case .temporary: "temporary"
                case .permanent: "permanent"
                }
            #expect(result == wanted)
        }

        @Test func nobodyThereAndNoTokenAreNoReasonToGiveUp() async throws {
            let server = try ToyWebServer(["200 OK"])
            guard case .temporary(let reason) = await post(server, token: "/nowhere/token") else {
                Issue.record("not temporary")
                return
            }
            #expect(reason.contains("/nowhere/token"))
            #expect(server.received.isEmpty)
            server.close()
            guard case .temporary = await post(server) else {
                Issue.record("not temporary")
                return
            }
        }
    }
#endif
