import Foundation
import RegInfo
import Testing

@Suite(.enabled(if: Corpus.isWanted, Corpus.absence)) struct CorpusSequenceTests {
    @Test func strictReadersFollowTheManifest() throws {
        var table = BindingTable()
        var stream = RegInfoStream(versions: .strict)
        var sequence = ""
        let rows = try Corpus.rows("sequences/manifest.tsv")
        for (number, row) in rows.enumerated() {
            let place: Comment = "\(row[0]), step \(row[1])"
            if row[0] != sequence {
                table = BindingTable()
                stream = RegInfoStream(versions: .strict)
                sequence = row[0]
            }
            if row[3] == "apply-new-subscription" { stream = RegInfoStream(versions: .strict) }
            let document = try RegInfoDocument(parsing: try Corpus.bytes("sequences/\(row[2])"))
            let arrival = stream.arrived(cseq: UInt32(number))
            let verdict = stream.judge(version: document.version, state: document.state, arrival: arrival)
            let wanted: RegInfoStream.Verdict =
                switch row[3] {
                case "ignore": .ignore
                case "refresh", "apply-and-refresh": .applyAndRefresh
                default: .apply
                }
            #expect(verdict == wanted, place)
            if verdict != .ignore { table.apply(document) }
            let bindings = try #require(
                JSONSerialization.jsonObject(with: Data(row[4].utf8)) as? [String: [String]], place)
            #expect(Set(table.registrations.map(\.aor)) == Set(bindings.keys), place)
            for (aor, contacts) in bindings { #expect(table.contacts(of: aor)?.sorted() == contacts.sorted(), place) }
        }
        #expect(rows.count == 22)
    }

    /// By CSeq the version says nothing about order. Steps that the strict reader ignores are applied.
    @Test func readersByCSeqApplyWhatTheVersionForbids() throws {
        var verdicts: [String: [RegInfoStream.Verdict]] = [:]
        var stream = RegInfoStream()
        var sequence = ""
        for (number, row) in try Corpus.rows("sequences/manifest.tsv").enumerated() {
            if row[0] != sequence || row[3] == "apply-new-subscription" { stream = RegInfoStream() }
            sequence = row[0]
            let document = try RegInfoDocument(parsing: try Corpus.bytes("sequences/\(row[2])"))
            let arrival = stream.arrived(cseq: UInt32(number))
            verdicts[sequence, default: []].append(
                stream.judge(version: document.version, state: document.state, arrival: arrival))
        }
        #expect(
            verdicts == [
                "01-full-then-partials": [.apply, .apply, .apply, .apply, .apply, .apply],
                "02-version-rules": [.apply, .apply, .applyAndRefresh, .applyAndRefresh, .apply],
                "03-full-replaces": [.apply, .apply, .apply],
                "04-partial-first": [.applyAndRefresh, .apply],
                "05-resubscribed-counter-restarts": [.apply, .apply],
                "06-bulk-split-over-several-notifies": [.apply, .apply],
                "07-two-registrations-share-contact-id": [.apply, .apply],
            ])
    }
}
