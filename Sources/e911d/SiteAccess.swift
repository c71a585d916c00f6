#if Daemon
    import E911Configuration
    import E911Control
    import E911Service
    import E911Store
    import E911Values
    import Foundation

    /// The site that answers, or will at the next start, and how another one takes its place: by the running daemon, or in
    /// the state folder when none runs (contract section 8).
    struct SiteAccess {
        let configuration: DaemonConfiguration
        /// `nil` if there is none yet.
        let site: SiteConfiguration?
        /// The counter of its row.
        let counter: UInt64

        /// - Throws: an exit, with the reason printed.
        init(_ configuration: DaemonConfiguration) throws {
            self.configuration = configuration
            let path = ControlSocket.path(stateFolder: configuration.state)
            if ControlClient.isAnswered(path: path) {
                let page = try asking(path) { client throws(ControlError) in try client.ask("site", as: SitePage.self) }
                (site, counter) = (page.site, page.counter)
                return
            }
            do throws(ControlError) {
                let newest = try OfflineNode.read(configuration).newestSite
                (site, counter) = (newest?.row, newest?.counter ?? 0)
            } catch  where error.isAbsent {
                (site, counter) = (nil, 0)
            } catch {
                printError(error.description)
                throw ExitStatus.failure
            }
        }

        /// The site.
        ///
        /// - Throws: an exit, with the reason printed, if there is none yet.
        var requiredSite: SiteConfiguration {
            get throws {
                guard let site else {
                    printError("\(configuration.state): there is no site yet; e911d apply site.yaml makes one")
                    throw ExitStatus.failure
                }
                return site
            }
        }

        /// Makes a site the one that answers, if none has taken the place of ``site`` since.
        ///
        /// - Returns: what became of it, in words.
        /// - Throws: an exit, with the reason printed.
        func replace(with new: SiteConfiguration, _ edit: SiteEdit) async throws -> String {
            let path = ControlSocket.path(stateFolder: configuration.state)
            if ControlClient.isAnswered(path: path) {
                try asking(path) { client throws(ControlError) in
                    let _: Bool = try client.ask("apply", ApplyArguments(site: new, edit), within: 300)
                }
                return "taken over by the running e911d"
            }
            try await writingOffline(configuration) {
                try await OfflineSite.write(new, edit, configuration)
            }
            return "written to \(configuration.state); the next start takes it over"
        }

        /// Who asks, for the audit.
        static var user: String { ProcessInfo.processInfo.environment["SUDO_USER"] ?? NSUserName() }
    }

    extension StateFolder.Opened {
        /// The newest of the store's site and the snapshot's: a node takes the same one.
        var newestSite: Stamped<SiteConfiguration>? {
            let stored = state.site.map { Stamped(node: "", counter: state.siteCounter, row: $0) }
            return [stored, state.snapshot].compactMap(\.self).max { $0.counter < $1.counter }
        }
    }

    /// Writes into the state folder, which no daemon uses; what goes wrong is printed, and the exit is 1.
    func writingOffline<Value: Sendable>(
        _ configuration: DaemonConfiguration, _ body: () async throws -> Value
    ) async throws -> Value {
        DaemonProcess.keepFilesPrivate()
        do {
            return try await body()
        } catch let error as StoreError {
            printError("\(configuration.state): \(error.reason)")
        } catch let error as ControlError {
            printError("\(configuration.state): \(error)")
        } catch let error as WrongConfiguration {
            printError(error.reason)
            throw ExitStatus.wrongFile
        }
        throw ExitStatus.failure
    }

    /// Writes a site into the store of a folder that no daemon uses.
    enum OfflineSite {
        static func write(
            _ site: SiteConfiguration, _ edit: SiteEdit, _ configuration: DaemonConfiguration
        ) async throws {
            let node = configuration.node
            let (events, report) = AsyncStream.makeStream(of: StateFolder.Event.self)
            let (folder, found) = try StateFolder.open(configuration) { report.yield($0) }
            defer { folder.close() }
            if let expected = edit.expected, expected != found.newestSite?.counter ?? 0 {
                throw ControlError("the site was changed in the meantime; nothing was written")
            }
            let now = WallTime.present
            var queue = PersistenceQueue(node: node)
            let used = found.state.counters.filter { $0.node == node }.map(\.counter).max() ?? 0
            queue.begin(
                after: max(
                    used, found.state.siteCounter, found.state.snapshot?.counter ?? 0, found.state.counterMark),
                now: now)
            let row = queue.put(site)
            queue.put(
                AuditRecord(
                    key: queue.nextKey(now), who: edit.by, action: edit.action,
                    detail: edit.detail.isEmpty ? site.name : edit.detail))
            let batches = queue.batches()
            for (batch, token) in batches { folder.persist(batch, token) }
            var open = Set(batches.map(\.1))
            for await event in events {
                switch event {
                case .store(.persisted(let tokens)):
                    open.subtract(tokens)
                    if open.isEmpty { folder.writeSnapshot(row) }
                case .store(.rejected(_, let reason)), .store(.failing(_, let reason)): throw ControlError(reason)
                case .snapshot(let failure):
                    if let failure { throw ControlError(failure) }
                    return
                default: break
                }
            }
        }
    }
#endif
