import E911Values
import ELINEngine
import SIPCore

// Exports of ALI records, and their confirmation.
extension E911Node {
    /// Begins an export; it is answered when it is done.
    mutating func beginExport(_ request: ALIExportRequest, token: QueryToken, now: Now) {
        guard isFitForALI(token, now: now) else { return }
        let number = nextKey(now).counter
        ali.jobs.append(.export(ALIDesk.ExportJob(request: request, token: token, number: number)))
    }

    /// Begins to confirm an export; it is answered when it is done.
    mutating func beginConfirmation(_ number: UInt64?, by: String, token: QueryToken, now: Now) {
        guard isFitForALI(token, now: now) else { return }
        ali.jobs.append(.confirm(ALIDesk.ConfirmJob(number: number, token: token, by: by)))
    }

    /// Whether exports can be made now; if not, that is the answer.
    private mutating func isFitForALI(_ token: QueryToken, now: Now) -> Bool {
        let refusal: String? =
            if !leads {
                whoTellsTheALISide(now: now)
            } else if !elins.isOpen {
                "the store has not been read yet"
            } else if let failure = persistence.failure {
                "the store cannot commit at present: \(failure)"
            } else if site == nil {
                "there is no site"
            } else {
                ali.jobs.count < ALIDesk.mostJobs ? nil : "too many exports are under way"
            }
        if let refusal { out.append(.other(.answer(.refused([refusal]), token))) }
        return refusal == nil
    }

    private func whoTellsTheALISide(now: Now) -> String {
        guard let pair, pair.lead.isPeerLeading(pair.peer, now: now.monotonic) else {
            return
                "no node of the pair tells the ALI side at present, since the store does not answer or a node has just "
                + "begun or gone: try again in some seconds"
        }
        return "the other node of the pair tells the ALI side: ask \(pair.peerName)"
    }

    /// The other node of the pair tells the ALI side from now on: what is under way here is not told.
    mutating func stopTelling() {
        let reason = "the other node of the pair tells the ALI side from now on"
        for job in ali.jobs {
            let token =
                switch job {
                case .export(let job): job.token
                case .confirm(let job): job.token
                }
            out.append(.other(.answer(.refused([reason]), token)))
        }
        ali.jobs = []
        // The other one may have told something else of the numbers before the store has this.
        refuseExports(reason)
        aliPush.current = nil
    }

    /// Another site, or other rows: what is wanted and what is owed may be different.
    mutating func lookAtRecordsAnew() {
        ali.startAgain()
        pushAll()
    }

    /// When the next slice of an export, or of a push, is due.
    var aliDeadline: MonotonicTime? {
        if !ali.jobs.isEmpty { return MonotonicTime(nanoseconds: .min) }
        return site?.pushesALI != true || !elins.isOpen || isShuttingDown ? nil : aliPush.deadline
    }

    /// Does a slice of the first job.
    mutating func continueALI(now: Now) {
        guard let job = ali.jobs.first, let site else { return }
        switch job {
        case .export(var job):
            if job.cursor != nil {
                look(&job, site: site, now: now)
            } else if job.wantsOffers, job.offered < job.export.records.count {
                offer(&job)
            } else {
                ali.jobs.removeFirst()
                finish(job, now: now)
                return
            }
            ali.jobs[0] = .export(job)
        case .confirm(var job):
            if job.cursor != nil {
                look(&job)
            } else if job.confirmed < job.numbers.count {
                confirm(&job, now: now)
            } else {
                ali.jobs.removeFirst()
                finish(job, now: now)
                return
            }
            ali.jobs[0] = .confirm(job)
        }
    }

    // MARK: Export

    private mutating func look(_ job: inout ALIDesk.ExportJob, site: SiteModel, now: Now) {
        let day = String(now.wall.formatted(offsetMinutes: zoneOffsetMinutes).prefix(10))
        let (numbers, next) = elins.recordNumbers(from: job.cursor ?? 0, limit: ALIDesk.slice)
        for elin in numbers where elins.publication(of: elin) == .export {
            guard let record = site.owedRecord(of: elin, elins, isDifference: job.request.isDifference, day: day) else {
                continue
            }
            let problems = record.problems(in: job.request.format)
            job.export.problems += problems
            if problems.isEmpty { job.export.records.append(record) }
        }
        job.cursor = next
        guard next == nil else { return }
        job.export.records.sort { $0.elin < $1.elin }
        job.export.problems.sort { $0.elin < $1.elin }
        job.export.lineEnd = site.ali.lineEnd
        job.export.columns = site.ali.columns
        if !job.export.problems.isEmpty, !job.request.validOnly, !job.request.isCheck { job.export.records = [] }
    }

    private mutating func offer(_ job: inout ALIDesk.ExportJob) {
        let end = min(job.offered + ALIDesk.slice, job.export.records.count)
        for record in job.export.records[job.offered..<end] {
            _ = elins.offer(record.offer(job.number), of: record.elin)
        }
        job.offered = end
    }

    /// The answer waits until the store has what was told: a start must know of it.
    private mutating func finish(_ job: ALIDesk.ExportJob, now: Now) {
        var export = job.export
        guard job.wantsOffers, !export.records.isEmpty else {
            out.append(.other(.answer(.aliExport(export), job.token)))
            return
        }
        export.number = job.number
        drainELINs(now: now)
        ali.waiting.append(
            ALIDesk.Waiting(
                counter: persistence.elinCounter, export: export, token: job.token, by: job.request.by))
        note(
            .notice, "ali.exported", "ALI records were exported",
            [
                .init("export", "\(job.number)"), .init("records", "\(export.records.count)"),
                .init("by", job.request.by),
            ])
    }

    /// Answers the exports that the store has.
    mutating func answerExports(now: Now) {
        while let first = ali.waiting.first, first.counter <= persistence.storedELINCounter {
            ali.waiting.removeFirst()
            audit(
                AuditNote(
                    who: first.by, action: "ali-export",
                    detail: "\(first.export.number): \(first.export.records.count) records"),
                now: now)
            out.append(.other(.answer(.aliExport(first.export), first.token)))
        }
    }

    /// Nobody may send what the store does not know of, for this reason.
    mutating func refuseExports(_ reason: String) {
        for waiting in ali.waiting {
            out.append(.other(.answer(.refused([reason]), waiting.token)))
        }
        ali.waiting = []
    }

    // MARK: Confirmation

    private mutating func look(_ job: inout ALIDesk.ConfirmJob) {
        let (numbers, next) = elins.recordNumbers(from: job.cursor ?? 0, limit: ALIDesk.slice)
        for elin in numbers where elins.publication(of: elin) == .export {
            guard let offer = elins.row(of: elin)?.offer else { continue }
            if let wanted = job.number {
                if offer.number == wanted { job.numbers.append(elin) }
            } else {
                job.latest(elin, offer.number)
            }
        }
        job.cursor = next
    }

    private mutating func confirm(_ job: inout ALIDesk.ConfirmJob, now: Now) {
        let end = min(job.confirmed + ALIDesk.slice, job.numbers.count)
        for elin in job.numbers[job.confirmed..<end] {
            guard let offer = elins.row(of: elin)?.offer else { continue }
            elins.confirm(elin, offer: offer.number, now: now)
        }
        job.confirmed = end
    }

    private mutating func finish(_ job: ALIDesk.ConfirmJob, now: Now) {
        guard !job.numbers.isEmpty else {
            let what = job.number.map { "export \($0)" } ?? "an export"
            let reason = "nothing of \(what) waits for a confirmation: it was confirmed, or replaced by a later one"
            out.append(.other(.answer(.refused([reason]), job.token)))
            return
        }
        audit(
            AuditNote(
                who: job.by, action: "ali-confirm",
                detail: "\(job.number.map { "\($0)" } ?? "the last export"): \(job.numbers.count) records"),
            now: now)
        out.append(.other(.answer(.confirmed(job.numbers.count), job.token)))
    }
}

extension ALIDesk.ExportJob {
    /// Whether what it has is going to be sent, so that it can be confirmed.
    var wantsOffers: Bool { !request.isCheck && (export.problems.isEmpty || request.validOnly) }
}

extension ALIDesk.ConfirmJob {
    /// Keeps those of the highest number alone.
    mutating func latest(_ elin: TelephoneNumber, _ number: UInt64) {
        guard number >= highest else { return }
        if number > highest { numbers = [] }
        highest = number
        numbers.append(elin)
    }
}

extension ALIRecord {
    func offer(_ number: UInt64) -> ELINOffer {
        ELINOffer(
            number: number, function: function, record: ELINRecord(place: PlaceKey(self[.locationID]), digest: digest))
    }
}

extension SiteModel {
    /// What the ALI side has to be told of a number; `nil` when it is known to have it. Without `isDifference` that is its
    /// record, known or not.
    func owedRecord(
        of elin: TelephoneNumber, _ elins: ELINEngine, isDifference: Bool, day: String
    ) -> ALIRecord? {
        let wanted = elins.wantedPlace(of: elin)
        let row = elins.row(of: elin)
        let place = wanted ?? row?.published?.place ?? row?.offer?.record.place ?? PlaceKey("")
        var record = record(of: elin, at: place, function: .insert, day: day)
        let content = wanted.map { ELINRecord(place: $0, digest: record.digest) }
        if let owed = elins.owedFunction(of: elin, wanted: content) {
            record.setFunction(owed)
        } else {
            guard !isDifference, wanted != nil else { return nil }
            record.setFunction(.change)
        }
        return record
    }
}
