#if Transport
    import E911Control
    import Foundation
    import Testing

    @Suite struct ControlTests {
        private func withServer(
            _ handler: @escaping ControlServer.Handler, _ body: @Sendable (String) async throws -> Void
        ) async throws {
            let folder = NSTemporaryDirectory() + "e911-control-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let path = ControlSocket.path(stateFolder: folder)
            let server = try await ControlServer.start(path: path, handler: handler)
            do {
                try await body(path)
            } catch {
                await server.stop()
                throw error
            }
            await server.stop()
            #expect(!FileManager.default.fileExists(atPath: path))
        }

        @Test func answersComeBackToTheirQuestions() async throws {
            try await withServer({ request in
                let numbers = try? JSONDecoder().decode([Int].self, from: request.arguments ?? Data())
                let sum = (numbers ?? []).reduce(0, +)
                return ControlResponse(id: request.id, result: try? JSONEncoder().encode(["\(request.command)": sum]))
            }) { path in
                var client = try ControlClient(path: path)
                for n in 1...50 {
                    let answer = try client.ask("sum", Array(1...n), as: [String: Int].self)
                    #expect(answer == ["sum": n * (n + 1) / 2])
                }
            }
        }

        @Test func aRefusalIsAnErrorWithItsText() async throws {
            try await withServer({ ControlResponse(id: $0.id, errors: ["no such thing", "nor that"]) }) { path in
                var client = try ControlClient(path: path)
                do throws(ControlError) {
                    let _: Int = try client.ask("x")
                    Issue.record("an answer came")
                } catch {
                    #expect(error.description == "no such thing\nnor that")
                }
            }
        }

        @Test func largeLinesPassBothWays() async throws {
            try await withServer({ ControlResponse(id: $0.id, result: $0.arguments) }) { path in
                var client = try ControlClient(path: path)
                let text = String(repeating: "é", count: 1_000_000)
                #expect(try client.ask("echo", text, as: String.self) == text)
            }
        }

        @Test func noiseIsAnsweredWithAnErrorAndTheSocketIsPrivate() async throws {
            try await withServer({ ControlResponse(id: $0.id) }) { path in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                #expect(ControlClient.isAnswered(path: path))
                await #expect(throws: ControlError.self) {
                    _ = try await ControlServer.start(path: path) { ControlResponse(id: $0.id) }
                }
            }
        }

        @Test func withoutADaemonTheErrorSaysSo() throws {
            let path = "/nonexistent/control"
            do throws(ControlError) {
                _ = try ControlClient(path: path)
                Issue.record("connected")
            } catch {
                #expect(error.isAbsent)
                #expect(error.description.contains(path))
            }
        }
    }
#endif
