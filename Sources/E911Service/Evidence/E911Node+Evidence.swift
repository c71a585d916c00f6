import E911Values
import Locations
import SIPCore

/// Evidence of ports and access points: who was seen where on the network.
extension E911Node {
    /// Most rows of one answer.
    static let evidencePageLimit = 1000
    /// Batches that may wait behind each other.
    static let waitingImports = 4

    /// All that is known of a device that can tell where it is: its registration, and where the network saw it.
    func evidence(of device: DeviceView) -> DeviceEvidence { completed(device.evidence) }

    /// Evidence with what the network says of the same device, as far as a rule looks at it.
    func completed(_ known: DeviceEvidence) -> DeviceEvidence {
        guard let site, !site.resolver.usedEvidence.isDisjoint(with: [.bssid, .port]) else { return known }
        var known = known
        sightings.complete(&known)
        return known
    }

    /// Lets a batch wait for its turn.
    mutating func take(_ batch: EvidenceBatch, _ token: QueryToken, now: Now) {
        guard isReady, !isShuttingDown, evidenceImports.count < Self.waitingImports else {
            let reason =
                !isReady
                ? "the node has not read its state yet"
                : isShuttingDown ? "the node is shutting down" : "other imports are running; try again"
            return out.append(.other(.answer(.refused([reason]), token)))
        }
        if sightings.isEmpty { sightings.reserve(configuration.evidenceRows) }
        evidenceImports.append((EvidenceImport(batch), token))
        evidenceDue = now.monotonic
    }

    /// Does a slice of the first batch.
    mutating func importEvidence(now: Now) {
        guard evidenceDue != nil else { return }
        guard !evidenceImports.isEmpty else { return evidenceDue = nil }
        // Taken out, so that it is changed in its place.
        var (job, token) = evidenceImports.removeFirst()
        for change in job.work(on: &sightings, limit: configuration.evidenceRows, now: now.wall) {
            switch change {
            case .put(let row): persistence.put(EvidenceRow(row))
            case .removed(let row): persistence.deleteEvidence(row.key)
            }
        }
        if job.stage == .done {
            finish(job, token, now: now)
        } else {
            evidenceImports.insert((job, token), at: 0)
        }
        evidenceDue = evidenceImports.isEmpty ? nil : now.monotonic
    }

    private mutating func finish(_ job: EvidenceImport, _ token: QueryToken, now: Now) {
        guard job.problemCount == 0 else {
            return out.append(.other(.answer(.evidenceRefused(job.problems, count: job.problemCount), token)))
        }
        out.append(.other(.answer(.evidenceTaken(job.report), token)))
        guard !job.batch.isDryRun else { return }
        // Where the devices are may be another place now.
        placingFrom = 0
        let report = job.report
        let counts: [(String, Int)] = [
            ("added", report.added), ("changed", report.changed), ("unchanged", report.unchanged),
            ("older", report.older), ("removed", report.removed),
        ]
        note(
            .notice, "evidence.imported", "It was told where devices are on the network",
            [.init("source", job.batch.source)] + counts.map { .init($0.0, "\($0.1)") })
        audit(
            AuditNote(
                who: job.batch.by, action: "import evidence",
                detail: ([job.batch.source] + counts.map { "\($0.1) \($0.0)" }).joined(separator: ", ")),
            now: now)
    }

    /// Nothing more is taken over.
    mutating func refuseImports() {
        for (_, token) in evidenceImports {
            out.append(.other(.answer(.refused(["the node is shutting down"]), token)))
        }
        evidenceImports = []
        evidenceDue = nil
    }

    /// Takes back what the store held.
    mutating func restoreEvidence(_ rows: [EvidenceSighting]) {
        guard !rows.isEmpty else { return }
        if sightings.isEmpty { sightings.reserve(configuration.evidenceRows) }
        var left = 0
        for row in rows {
            if sightings.count < configuration.evidenceRows || sightings.judge(row) != .added {
                sightings.put(row)
            } else {
                left += 1
            }
        }
        if left > 0 {
            note(
                .alarm, "evidence.full", "There is no room for all that the store knows of the network",
                [.init("left", "\(left)"), .init("limit", "\(configuration.evidenceRows)")])
        }
    }
}
