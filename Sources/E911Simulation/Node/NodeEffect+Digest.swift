import Alerting
import E911Service
import E911Values

extension NodeEffect {
    /// What the log's hash covers of it: enough that two histories with different decisions differ.
    func digest(into hash: inout EffectHash) {
        switch self {
        case .journal(let record, let token):
            hash.combine("journal")
            hash.combine(token.rawValue)
            record.digest(into: &hash)
        case .forgetJournal(let token):
            hash.combine("forget")
            hash.combine(token.rawValue)
        case .persist(let batch, let token):
            hash.combine("persist")
            hash.combine(token.rawValue)
            for row in batch.calls {
                hash.combine(row.counter)
                row.row.digest(into: &hash)
            }
            for row in batch.leases {
                hash.combine(row.counter)
                hash.combine(row.row.elin.digits)
                hash.combine(row.row.callerDN)
                hash.combine(row.row.expiresAt.milliseconds)
            }
            for row in batch.outbox { hash.combine(row.row.payload) }
            for row in batch.devices {
                hash.combine(row.row.key)
                hash.combine(Array(row.row.payload))
            }
            for row in batch.deletedDevices { hash.combine(row.row) }
            for row in batch.elins { hash.combine(row.row.encoded()) }
            for row in batch.deletedELINs { hash.combine(row.row.digits) }
            for row in batch.nodes { hash.combine(row.row.encoded()) }
        case .fetch(let feed, let since, _, let token):
            hash.combine(feed == .calls ? "fetch calls" : "fetch site")
            for counter in since {
                hash.combine(counter.node)
                hash.combine(counter.counter)
            }
            hash.combine(token.rawValue)
        case .prepare(let site):
            hash.combine("prepare \(site.row.name)")
            hash.combine(site.counter)
        case .snapshot(let site): hash.combine("snapshot \(site.row.name)")
        case .timeZone(let name): hash.combine("zone \(name)")
        case .reserve(let sources): for source in sources { hash.combine("\(source)") }
        case .readAddresses(let paths): for path in paths { hash.combine("addresses \(path)") }
        case .readPasswords(let paths): for path in paths { hash.combine("password \(path)") }
        case .remember(let members): for known in members { hash.combine("\(known.member.authority) \(known.sources)") }
        case .rememberELINs(let elins): hash.combine(elins.counter)
        case .rememberCounter(let mark): hash.combine(mark)
        case .resolve(let questions): for question in questions { hash.combine("resolve \(question)") }
        case .deliver(let delivery):
            hash.combine(delivery.id.description)
            hash.combine(delivery.address)
            hash.combine(delivery.message.text)
        case .post(let post, let token):
            hash.combine("post \(post.key)")
            hash.combine(token.rawValue)
            hash.combine(post.body)
        case .answer(_, let token):
            hash.combine("answer")
            hash.combine(token.rawValue)
        case .note(let note):
            hash.combine(note.code)
            for field in note.fields { hash.combine(field.value) }
        // It tells again what is in the store's rows.
        case .live, .discard: break
        case .finished: hash.combine("finished")
        }
    }
}

extension CallRecord {
    fileprivate func digest(into hash: inout EffectHash) {
        hash.combine(key.description)
        hash.combine(UInt64(kind.rawValue) << 32 | UInt64(outcome.rawValue) << 16 | UInt64(flags.rawValue))
        for text in [callID, dialled, callerDN, device, location, elinLocation, contact] { hash.combine(text) }
        hash.combine(elin?.digits ?? 0)
        hash.combine(UInt64(status))
    }
}
