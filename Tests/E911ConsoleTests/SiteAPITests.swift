#if Daemon
    import E911Service
    import Foundation
    import HTTPTypes
    import Testing

    @testable import E911Console

    /// The site through the API, and what the audit log says of it.
    struct SiteAPITests {
        @Test func anEntryIsMadeChangedAndTakenAwayAndTheAuditHasBeforeAndAfter() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let path = "/api/v1/site/locations/hq-3"
            let made = try await house.send(.put, path, #"{"name":"3rd floor","parent":"hq"}"#, as: admin)
            #expect(made.status == 200, "\(made.body)")
            #expect(try await house.send(.get, path, as: admin).json["name"] == "3rd floor")
            let changed = try await house.send(.put, path, #"{"name":"Roof","parent":"hq"}"#, as: admin)
            #expect(changed.status == 200)
            #expect(try await house.send(.delete, path, as: admin).status == 200)
            #expect(try await house.send(.get, path, as: admin).status == 404)
            let audit = try await house.send(.get, "/api/v1/audit", as: admin)
            let entries = audit.json["items"]?.list ?? []
            let edits = entries.filter { $0["action"] == "edit" }
            #expect(edits.count == 3)
            #expect(edits.allSatisfy { $0["who"] == "administrator" && $0["source"] == "203.0.113.5" })
            let fields = edits.dropFirst().first?["changes"]?.list?.first?["fields"]?.list ?? []
            #expect(fields.contains { $0["old"] == "3rd floor" && $0["new"] == "Roof" })
        }

        @Test func ofTwoWhoEditAtOnceTheSecondIsTold() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let version = try await house.send(.get, "/api/v1/site", as: admin).headers[.eTag]
            var editor = admin
            editor.headers[.ifMatch] = version
            let path = "/api/v1/site/locations/hq-3"
            #expect(try await house.send(.put, path, #"{"name":"One","parent":"hq"}"#, as: editor).status == 200)
            #expect(try await house.send(.put, path, #"{"name":"Two","parent":"hq"}"#, as: editor).status == 412)
            #expect(try await house.send(.get, path, as: admin).json["name"] == "One")
        }

        @Test func whatDoesNotHoldTogetherIsRefusedWithWhereAndWhy() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let before = try await house.send(.get, "/api/v1/site", as: admin)
            for (path, body, pointer) in [
                ("/site/locations/hq-3", #"{"parent":"nowhere"}"#, "locations[2].parent"),
                ("/site/locations/hq-3", #"{"elins":["+13125550101"]}"#, "locations[2].elins"),
                (
                    "/site/call-servers/main", #"{"members":[],"default-location":"hq","default-elin":"+13125550100"}"#,
                    "call-servers[0].members"
                ),
                ("/site/recipients/ann", #"{"emial":"ann@example.com"}"#, "recipients[1].emial"),
            ] {
                let answer = try await house.send(.put, "/api/v1" + path, body, as: admin)
                #expect(answer.status == 422, "\(path): \(answer.body)")
                #expect(answer.headers[.contentType] == "application/problem+json")
                let errors = answer.json["errors"]?.list ?? []
                #expect(errors.contains { $0["pointer"]?.text?.hasPrefix(pointer) == true }, "\(answer.body)")
            }
            #expect(try await house.send(.get, "/api/v1/site", as: admin).body == before.body)
            #expect(try await house.send(.get, "/api/v1/site", as: admin).headers[.eTag] == before.headers[.eTag])
        }

        @Test func theDocumentPutBackAsItIsChangesNothing() async throws {
            let house = try TestHouse()
            let admin = try await house.logIn(.administrator)
            let document = try await house.send(.get, "/api/v1/site", as: admin)
            let again = try await house.send(.put, "/api/v1/site", document.body, as: admin)
            #expect(again.status == 200 && again.json["changes"] == [])
            #expect(again.json["version"]?.text == document.headers[.eTag])
        }

        @Test func aDeclaredSiteIsEditedOnlyByWhoTakesItOver() async throws {
            let house = try TestHouse(isDeclared: true)
            let admin = try await house.logIn(.administrator)
            let path = "/api/v1/site/locations/hq-3"
            let refused = try await house.send(.put, path, #"{"parent":"hq"}"#, as: admin)
            #expect(refused.status == 409 && refused.body.contains("declared by a file"))
            let dry = try await house.send(.put, path + "?dryRun=true", #"{"parent":"hq"}"#, as: admin)
            #expect(dry.status == 200 && dry.json["dryRun"] == true)
            let editor = try await house.logIn(.locationEditor)
            #expect(try await house.send(.put, path + "?takeOver=true", #"{"parent":"hq"}"#, as: editor).status == 403)
            #expect(try await house.send(.put, path + "?takeOver=true", #"{"parent":"hq"}"#, as: admin).status == 200)
            #expect(try await house.send(.get, "/api/v1/status", as: admin).json["isDeclared"] == false)
        }

        @Test func aTableIsTakenAsAWholeOrNotAtAll() async throws {
            let house = try TestHouse()
            let editor = try await house.logIn(.locationEditor)
            let path = "/api/v1/tables/locations"
            let before = try await house.send(.get, path, as: editor)
            let header = before.body.prefix { $0 != "\r" && $0 != "\n" }
            #expect(header.hasPrefix("id,"))
            let refused = try await house.send(
                .post, path, "id,name,parent\nhq-9,Ninth,nowhere\n", as: editor, type: "text/csv")
            #expect(refused.status == 422 && refused.body.contains("row 2"), "\(refused.body)")
            let taken = try await house.send(
                .post, path, "id,name,parent\nhq-9,Ninth,hq\n", as: editor, type: "text/csv")
            #expect(taken.status == 200 && taken.json["changes"]?.list?.count == 1, "\(taken.body)")
            #expect(try await house.send(.get, path, as: editor).body.contains("hq-9,Ninth"))
        }

        @Test func aFloorPlanIsAPictureOfThePlaceOrOfWhatIsAroundIt() async throws {
            let house = try TestHouse()
            defer { try? FileManager.default.removeItem(atPath: house.folder) }
            let editor = try await house.logIn(.locationEditor)
            let script = "<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>"
            let refused = try await house.send(
                .put, "/api/v1/floor-plans/hq", script, as: editor, type: "application/octet-stream")
            #expect(refused.status == 422)
            #expect(try await house.send(.get, "/api/v1/floor-plans/hq-2", as: editor).status == 404)
            let plans = FloorPlans(folder: house.folder)
            let octets: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0]
            try await plans.write(octets, for: "hq")
            #expect(try await plans.list() == ["hq"])
            let inherited = try await house.send(.get, "/api/v1/floor-plans/hq-2", as: editor)
            #expect(inherited.status == 200 && inherited.headers[.contentType] == "image/png")
            #expect(try await house.send(.get, "/api/v1/floor-plans", as: editor).json["items"] == ["hq"])
            #expect(try await house.send(.delete, "/api/v1/floor-plans/hq", as: editor).status == 204)
        }

        @Test func theDocumentOfTheAPINamesEachOperationAndItsAnswers() async throws {
            let house = try TestHouse()
            let caller = try await house.logIn(.readOnly)
            let document = try await house.send(.get, "/api/v1/openapi.json", as: caller).json
            var count = 0
            for (_, methods) in document["paths"]?.members ?? [:] { count += methods.members?.count ?? 0 }
            #expect(count == house.responder.operations.count)
            #expect(Set(house.responder.operations.map(\.id)).count == count)
        }
    }
#endif
