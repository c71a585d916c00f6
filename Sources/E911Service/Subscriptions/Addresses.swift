import E911Values
import SIPCore

/// The addresses of record that are subscribed to one by one: listed in the site, read from a file, or learnt.
///
/// Learnt is who calls: the address of record of a caller whom nobody knows, from a call server that is subscribed to by
/// address of record. From the next call on the phone is known. A device that was found so is in the store, and its
/// address of record is learnt again from there at a start.
extension E911Node {
    /// A site was taken over, or its files are to be read again. What is known of them serves meanwhile.
    mutating func wantAddresses() {
        let paths = site?.configuration.addressFiles ?? []
        var known: [String: [String]] = [:]
        for path in paths { known[path] = addressFiles[path] }
        addressFiles = known
        relist()
        let new = paths.filter { !addressFilesAsked.contains($0) }
        guard !new.isEmpty else { return }
        addressFilesAsked += new
        out.append(.other(.readAddresses(new)))
    }

    /// What the files hold.
    mutating func take(_ files: [AddressFile], now: Now) {
        let wanted = site?.configuration.addressFiles ?? []
        for file in files {
            addressFilesAsked.removeAll { $0 == file.path }
            guard wanted.contains(file.path) else { continue }
            let path = Note.Field("file", file.path)
            switch file.content {
            case .addresses(let found, let skipped):
                if let first = skipped.first {
                    note(
                        .alarm, "aors.line", "Lines of a file are no addresses of record, and are left out",
                        [
                            path, .init("line", "\(first.number):\(first.column)"), .init("lines", "\(skipped.count)"),
                            .init("text", first.text, personal: true),
                        ])
                }
                // A file that is being written is empty for a moment, and ten thousand subscriptions are not ended for that.
                guard !found.isEmpty || addressFiles[file.path]?.isEmpty ?? true else {
                    note(.alarm, "aors.file", "A file lists no address of record; those known before serve on", [path])
                    continue
                }
                note(.notice, "aors.read", "Addresses of record were read", [path, .init("count", "\(found.count)")])
                addressFiles[file.path] = found
            case .unusable(let reason):
                note(
                    .alarm, "aors.file", "A file with addresses of record cannot be used; those known before serve on",
                    [path, .init("reason", reason)])
            }
        }
        relist()
        let restored = restoredAddresses
        restoredAddresses = []
        for known in restored { relearn(known.aor, ofCallServer: known.callServer) }
        wantSubscriptions(now: now)
    }

    /// All that are wanted of a call server, in order.
    func addressesOfRecord(of server: Int) -> [String] {
        guard let site, site.servers.indices.contains(server) else { return [] }
        let configuration = site.servers[server].configuration
        return listed(configuration) + (learnt[configuration.name]?.list ?? [])
    }

    /// Those that the site lists for a call server, and those of its file.
    func listed(_ server: CallServerConfiguration) -> [String] {
        server.subscription.aors + (server.subscription.aorsFile.flatMap { addressFiles[$0] } ?? [])
    }

    /// Lists have changed: what is learnt stays, unless it is listed now.
    private mutating func relist() {
        var next: [String: LearntAddresses] = [:]
        for server in site?.configuration.callServers ?? [] {
            guard let most = server.mostLearnt else { continue }
            var addresses = LearntAddresses(listed: listed(server))
            for aor in learnt[server.name]?.list ?? [] { _ = addresses.learn(aor, most: most) }
            next[server.name] = addresses
        }
        learnt = next
    }

    // MARK: Learning

    /// A caller whom nobody knows.
    mutating func learn(_ caller: Caller, ofServer server: Int) {
        guard let site, site.servers.indices.contains(server),
            let aor = caller.addressOfRecord
        else { return }
        let configuration = site.servers[server].configuration
        guard let most = configuration.mostLearnt else { return }
        switch learnt[configuration.name]?.learn(aor, most: most) {
        case .learnt:
            counters.addressesLearnt += 1
            subscriptions.add(aor, ofServer: server)
            note(
                .notice, "aors.learnt", "The registrations of a caller that no list names are asked for",
                [.init("call-server", configuration.name), .init("aor", aor, personal: true)])
        case .full:
            counters.addressesNotLearnt += 1
            guard counters.addressesNotLearnt == 1 else { return }
            note(
                .alarm, "aors.full", "No more addresses of record are learnt; list them, or raise learn",
                [.init("call-server", configuration.name), .init("learn", "\(most)")])
        case .known, nil: break
        }
    }

    /// A device was restored, whose address of record may have been learnt. Those that a file lists are not.
    mutating func restored(_ record: DeviceRecord) {
        guard let site, let server = site.server(named: record.callServer),
            site.servers[server].configuration.mostLearnt != nil
        else { return }
        let file = site.servers[server].configuration.subscription.aorsFile
        if file.map({ addressFiles[$0] == nil }) ?? false {
            restoredAddresses.append((record.callServer, record.aor))
        } else {
            relearn(record.aor, ofCallServer: record.callServer)
        }
    }

    private mutating func relearn(_ aor: String, ofCallServer name: String) {
        guard let site, let server = site.server(named: name),
            let most = site.servers[server].configuration.mostLearnt, SiteCheck.isAddressOfRecord(aor)
        else { return }
        if learnt[name]?.learn(aor, most: most) == .learnt { subscriptions.add(aor, ofServer: server) }
    }
}

extension CallServerConfiguration {
    /// How many addresses of record may be learnt; `nil` when none are.
    fileprivate var mostLearnt: Int? {
        guard enabled, subscription.target == .addressesOfRecord, let most = subscription.learn, most > 0 else {
            return nil
        }
        return most
    }
}
