import E911Service
import E911Values
import Foundation
import RegInfo
import Testing

/// Where the corpus lies: outside of the repository.
private enum CorpusPlace {
    static let folder: URL = {
        if let path = ProcessInfo.processInfo.environment["E911_CORPUS"] { return URL(filePath: path) }
        return URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../../shared/corpus")
            .standardizedFileURL
    }()

    /// In CI the tests run and fail without it.
    static let isWanted =
        FileManager.default.fileExists(atPath: folder.appending(path: "reginfo/sequences/manifest.tsv").path)
        || ProcessInfo.processInfo.environment["CI"] == "true"
}

/// The document sequences of the corpus as the registry reads them: by CSeq, and without a full document that retires.
@Suite(.enabled(if: CorpusPlace.isWanted, "the corpus is not there; E911_CORPUS names its folder"))
struct CorpusRegistryTests {
    private func bytes(_ file: String) throws -> [UInt8] {
        [UInt8](try Data(contentsOf: CorpusPlace.folder.appending(path: "reginfo/\(file)")))
    }

    /// Where the default differs from the strict reader of the manifest until the download completes.
    private let differences: [String: [String: [String]]] = [
        // Equal and lower versions have higher CSeqs: they are applied.
        "02-version-rules 2": ["sip:1001@pbx.example.com": ["sip:1001@192.0.2.66"]],
        "02-version-rules 3": ["sip:1001@pbx.example.com": ["sip:1001@192.0.2.66"]],
        // A full document adds and changes; what it does not list waits for the end of the download.
        "02-version-rules 5": ["sip:1001@pbx.example.com": ["sip:1001@192.0.2.13", "sip:1001@192.0.2.14"]],
        "03-full-replaces 2": [
            "sip:1001@pbx.example.com": ["sip:1001@192.0.2.10"], "sip:1002@pbx.example.com": ["sip:1002@192.0.2.20"],
        ],
        "03-full-replaces 3": [
            "sip:1001@pbx.example.com": ["sip:1001@192.0.2.10"], "sip:1002@pbx.example.com": ["sip:1002@192.0.2.20"],
        ],
        "05-resubscribed-counter-restarts 2": [
            "sip:1001@pbx.example.com": ["sip:1001@192.0.2.10", "sip:1001@192.0.2.30"]
        ],
    ]

    @Test func sequencesByCSeq() throws {
        let manifest = String(decoding: try bytes("sequences/manifest.tsv"), as: UTF8.self)
        var world = RegistryWorld()
        var subscription = world.subscribe()
        var sequence = ""
        var differing: Set<String> = []
        for line in manifest.split(separator: "\n").dropFirst() {
            let row = line.split(separator: "\t").map(String.init)
            if row[0] != sequence {
                world = RegistryWorld()
                subscription = world.subscribe()
                sequence = row[0]
            } else if row[3] == "apply-new-subscription" {
                world.registry.beginDownload(subscription, newDialog: true, now: world.now)
                world.cseq[subscription] = 0
            }
            world.notify(subscription, octets: try bytes("sequences/\(row[2])"))
            let strict = try #require(
                JSONSerialization.jsonObject(with: Data(row[4].utf8)) as? [String: [String]])
            let step = "\(row[0]) \(row[1])"
            if let own = differences[step] {
                differing.insert(step)
                #expect(own != strict, "\(step)")
            }
            let expected = differences[step] ?? strict
            let lines = expected.flatMap { aor, uris in uris.map { "\(aor) \($0)" } }.sorted()
            #expect(world.bindings == lines, "\(step)")
        }
        #expect(differing == Set(differences.keys))
    }

    /// At the end of its download the registry has what a strict reader has at once.
    @Test(arguments: ["02-version-rules/05.xml", "03-full-replaces/02.xml", "05-resubscribed-counter-restarts/02.xml"])
    func theEndOfTheDownloadMakesItEqual(file: String) throws {
        let folder = file.prefix { $0 != "/" }
        let last = Int(file.dropLast(4).suffix(2)) ?? 0
        var world = RegistryWorld()
        let subscription = world.subscribe()
        for step in 1..<last { world.notify(subscription, octets: try bytes("sequences/\(folder)/0\(step).xml")) }
        world.wait(.seconds(20))
        let document = try RegInfoDocument(parsing: try bytes("sequences/\(file)"))
        // The second one agrees with the first.
        for _ in 0..<2 {
            world.refresh(subscription)
            world.notify(subscription, octets: try bytes("sequences/\(file)"))
            world.wait(.seconds(20))
        }
        let listed = document.registrations.flatMap { registration in
            registration.contacts.map { "\(registration.aor) \($0.uri ?? "")" }
        }
        #expect(world.bindings == listed.sorted())
    }
}
