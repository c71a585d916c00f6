#if Transport
    import Foundation
    import Glibc
    import Testing

    @testable import E911Control

    @Suite struct ControlTests {
        /// A connected or bound Unix socket.
        private func socket(_ path: String, _ use: (CInt, UnsafePointer<sockaddr>, socklen_t) -> CInt) throws -> CInt {
            let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
            let result = try ControlSocket.withAddress(of: path) { use(descriptor, $0, $1) }
            try #require(result == 0)
            return descriptor
        }

        private func leaveSocket(at path: String) throws { close(try socket(path) { bind($0, $1, $2) }) }

        /// Sends octets, and reads until a line feed or the end.
        private func exchange(_ octets: [UInt8], _ path: String) throws -> [UInt8] {
            let descriptor = try socket(path) { connect($0, $1, $2) }
            defer { close(descriptor) }
            var sent = 0
            while sent < octets.count {
                let count = octets[sent...].withUnsafeBytes {
                    send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if count <= 0 { break }
                sent += count
            }
            var answer: [UInt8] = []
            var octet: UInt8 = 0
            while recv(descriptor, &octet, 1, 0) == 1, octet != 10 { answer.append(octet) }
            return answer
        }

        /// Runs `body` while a server answers, on a thread of its own: the client blocks, and the handlers need the
        /// threads of the cooperative pool.
        private func withServer(
            _ handler: @escaping ControlServer.Handler, _ body: @escaping @Sendable (String) throws -> Void
        ) async throws {
            let folder = NSTemporaryDirectory() + "e911-control-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let path = ControlSocket.path(stateFolder: folder)
            let server = try await ControlServer.start(path: path, handler: handler)
            let result = await withCheckedContinuation { continuation in
                Thread.detachNewThread { continuation.resume(returning: Result { try body(path) }) }
            }
            let second = await #expect(throws: ControlError.self) {
                _ = try await ControlServer.start(path: path, handler: handler)
            }
            #expect(second?.description == "\(path): another daemon listens here already")
            await server.stop()
            try result.get()
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
                    let answer = try client.ask("sum", Array(1...n), as: [String: Int].self, within: 300)
                    #expect(answer == ["sum": n * (n + 1) / 2])
                }
            }
        }

        @Test func aRefusalIsAnErrorWithItsText() async throws {
            try await withServer({ ControlResponse(id: $0.id, errors: ["no such thing", "nor that"]) }) { path in
                var client = try ControlClient(path: path)
                do throws(ControlError) {
                    let _: Int = try client.ask("x", within: 300)
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
                #expect(try client.ask("echo", text, as: String.self, within: 300) == text)
            }
        }

        @Test func theSocketIsPrivate() async throws {
            try await withServer({ ControlResponse(id: $0.id) }) { path in
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect(attributes[.posixPermissions] as? Int == 0o600)
                #expect(ControlClient.isAnswered(path: path))
            }
        }

        @Test func aSocketThatADeadDaemonLeftIsNoObstacle() async throws {
            let folder = NSTemporaryDirectory() + "e911-control-\(UUID().uuidString)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let path = ControlSocket.path(stateFolder: folder)
            try leaveSocket(at: path)
            do throws(ControlError) {
                _ = try ControlClient(path: path)
                Issue.record("connected")
            } catch {
                #expect(error.isAbsent)
            }
            let server = try await ControlServer.start(path: path) { ControlResponse(id: $0.id) }
            #expect(ControlClient.isAnswered(path: path))
            await server.stop()
        }

        @Test func aPathThatIsTooLongIsNamed() async {
            let path = "/" + String(repeating: "x", count: 200)
            let error = await #expect(throws: ControlError.self) {
                _ = try await ControlServer.start(path: path) { ControlResponse(id: $0.id) }
            }
            #expect(error?.description == "\(path): a Unix socket's path has at most 107 octets")
        }

        @Test(arguments: ["noise\n", "{}\n", "\u{0}\n"])
        func noiseIsAnsweredWithAnError(_ noise: String) async throws {
            try await withServer({ ControlResponse(id: $0.id) }) { path in
                let answer = try exchange(Array(noise.utf8), path)
                let response = try JSONDecoder().decode(ControlResponse.self, from: Data(answer))
                #expect(response == ControlResponse(id: 0, errors: ["the request is no JSON of ours"]))
            }
        }

        @Test func aLineWithoutEndEndsTheConnection() async throws {
            try await withServer({ ControlResponse(id: $0.id) }) { path in
                let endless = [UInt8](repeating: 32, count: ControlSocket.lineOctets + 100_000)
                let answer = try exchange(endless, path)
                #expect(answer.isEmpty)
            }
        }

        @Test func aSilentDaemonIsGivenUp() async throws {
            let (ends, end) = AsyncStream<Void>.makeStream()
            try await withServer({ request in
                for await _ in ends {}
                return ControlResponse(id: request.id)
            }) { path in
                var client = try ControlClient(path: path)
                do throws(ControlError) {
                    let _: Int = try client.ask("x", within: 1)
                    Issue.record("an answer came")
                } catch {
                    #expect(error.description == "\(path): no answer in time ('x')")
                }
                end.finish()
            }
        }

        @Test func aRequestThatIsTooLongIsRefusedHere() async throws {
            try await withServer({ ControlResponse(id: $0.id) }) { path in
                var client = try ControlClient(path: path)
                let error = #expect(throws: ControlError.self) {
                    let text = String(repeating: "x", count: ControlSocket.lineOctets * 3 / 4)
                    let _: Data = try client.ask("apply", text)
                }
                #expect(error?.description.contains("are too much for the control socket") == true)
            }
        }

        /// A daemon that stands still: it listens, and nothing more.
        @Test func aDaemonThatDoesNotReadIsGivenUp() throws {
            let path = NSTemporaryDirectory() + "e911-control-\(UUID().uuidString.prefix(8))"
            let listener = try socket(path) { bind($0, $1, $2) }
            defer {
                close(listener)
                unlink(path)
            }
            try #require(listen(listener, 1) == 0)
            var client = try ControlClient(path: path)
            let error = #expect(throws: ControlError.self) {
                let _: Data = try client.ask("apply", String(repeating: "x", count: 4_000_000), within: 1)
            }
            #expect(error?.description == "\(path): the daemon does not read in time ('apply')")
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
