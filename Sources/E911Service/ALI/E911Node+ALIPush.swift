import Alerting
import E911Values
import ELINEngine
import SIPCore

extension E911Node {
    /// All numbers are looked at, whether the ALI side is owed something.
    mutating func pushAll() {
        aliPush.lookAnew()
    }

    /// Goes on with what is to be pushed.
    mutating func continuePush(now: Now) {
        guard let site, let target = site.ali.push, elins.isOpen, !isShuttingDown else { return }
        if let until = aliPush.refusedUntil, until <= now.monotonic {
            aliPush.retryRefused()
        }
        if let from = aliPush.scanFrom {
            let (numbers, next) = elins.recordNumbers(from: from, limit: ALIDesk.slice)
            for elin in numbers where elins.publication(of: elin) == .push { aliPush.add(elin) }
            aliPush.scanFrom = next
        }
        switch aliPush.current?.state {
        case nil: beginBatch(site: site, now: now)
        case .storing(let counter) where counter <= persistence.storedELINCounter: post(to: target)
        case .resting(let until) where until <= now.monotonic: post(to: target)
        case .storing, .resting, .posted: break
        }
    }

    /// A push leaves as soon as the store has what it waits for.
    mutating func postStored(now: Now) {
        guard case .storing(let counter) = aliPush.current?.state, counter <= persistence.storedELINCounter else {
            return
        }
        continuePush(now: now)
    }

    private mutating func beginBatch(site: SiteModel, now: Now) {
        let day = String(now.wall.formatted(offsetMinutes: zoneOffsetMinutes).prefix(10))
        var records: [ALIRecord] = []
        var looks = ALIDesk.slice
        let room = aliPush.room
        while records.count < room, looks > 0, let elin = aliPush.next() {
            looks -= 1
            guard elins.publication(of: elin) == .push,
                let record = site.owedRecord(of: elin, elins, isDifference: true, day: day)
            else {
                aliPush.sentOne()
                continue
            }
            if let problem = record.problems(in: .nena21).first {
                note(
                    .alarm, "ali.invalid", "An ALI record cannot be pushed",
                    [.init("problem", problem.description)])
                aliPush.sentOne()
                continue
            }
            records.append(record)
        }
        guard !records.isEmpty else { return }
        let number = nextKey(now).counter
        for record in records { _ = elins.offer(record.offer(number), of: record.elin) }
        aliPush.isTelling = true
        drainELINs(now: now)
        aliPush.isTelling = false
        aliPush.current = ALIPush.Batch(
            number: number, elins: records.map(\.elin),
            body: Self.body(of: records, number: number, site: site.configuration.name),
            state: .storing(persistence.elinCounter))
    }

    private static func body(of records: [ALIRecord], number: UInt64, site: String) -> [UInt8] {
        var json = JSONText()
        json.object { json in
            json.member("site", site)
            json.member("push", "\(number)")
            json.name("records")
            json.list(records) { json, record in
                json.object { json in
                    json.member("function", record.function.rawValue)
                    json.member("elin", record.elin.description)
                    json.name("fields")
                    json.object { json in
                        for field in ALIField.allCases where !record[field].isEmpty {
                            json.member(field.rawValue, record[field])
                        }
                    }
                    json.member("nena-2.1", String(decoding: NENA21.octets(of: record), as: UTF8.self))
                }
            }
        }
        return json.octets
    }

    private mutating func post(to target: WebhookConfiguration) {
        guard var batch = aliPush.current else { return }
        let token = aliPush.nextToken()
        batch.state = .posted(token)
        aliPush.current = batch
        let post = WebhookPost(target: target, key: "\(configuration.node)-\(batch.number)", body: batch.body)
        out.append(.other(.post(post, token)))
    }

    /// What became of a post.
    mutating func posted(_ token: PostToken, _ result: DeliveryResult, now: Now) {
        if token.rawValue & 1 == 1 { locationPosted(token, result, now: now) } else { pushed(token, result, now: now) }
    }

    private mutating func pushed(_ token: PostToken, _ result: DeliveryResult, now: Now) {
        guard var batch = aliPush.current, batch.state == .posted(token) else { return }
        switch result {
        case .delivered:
            aliPush.current = nil
            aliPush.sentOne()
            for elin in batch.elins { elins.confirm(elin, offer: batch.number, now: now) }
            note(
                .notice, "ali.pushed", "The ALI side has confirmed records",
                [.init("push", "\(batch.number)"), .init("records", "\(batch.elins.count)")])
        case .temporary(let reason):
            batch.failures += 1
            batch.state = .resting(now.monotonic + ALIPush.rest(after: batch.failures))
            aliPush.current = batch
            note(
                batch.failures == 1 ? .alarm : .info, "ali.push-failed",
                "ALI records could not be pushed; they are pushed again until they are confirmed",
                [.init("reason", reason), .init("records", "\(batch.elins.count)")])
        case .permanent(let reason):
            aliPush.current = nil
            if batch.elins.count > 1 {
                aliPush.split(batch.elins)
            } else {
                aliPush.sentOne()
                aliPush.rest(batch.elins, now: now)
            }
            note(
                .alarm, "ali.push-refused", "The ALI side refuses records",
                [
                    .init("reason", reason), .init("records", "\(batch.elins.count)"),
                    .init("elin", batch.elins.count == 1 ? "\(batch.elins[0])" : ""),
                ])
        }
    }

    /// The store refused the rows that a push waits for: it is made again.
    mutating func regainPush() {
        guard let batch = aliPush.current, case .storing = batch.state else { return }
        aliPush.current = nil
        for elin in batch.elins { aliPush.add(elin) }
    }
}
