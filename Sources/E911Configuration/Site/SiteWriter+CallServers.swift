#if Daemon
    import E911Service
    import E911Values
    import SIPCore

    extension CallServerConfiguration {
        var tree: YAMLTree {
            let standard = CallServerConfiguration(
                name: name, profile: profile, members: members, defaultLocation: defaultLocation,
                defaultELIN: defaultELIN)
            var builder = TreeBuilder()
            builder.add("name", text: name)
            builder.add("profile", text: profile)
            builder.add("enabled", enabled, unless: standard.enabled, YAMLTree.boolean)
            builder.add(
                "onsite-notification", onsiteNotification, unless: standard.onsiteNotification, YAMLTree.boolean)
            builder.add("members", .list(members.map(\.tree)))
            if let cluster { builder.add("cluster", cluster.tree) }
            builder.add("trusted", trusted, unless: standard.trusted) { .texts($0.map(\.description)) }
            builder.add("username", text: username)
            builder.add("own-prefix", text: ownPrefix)
            builder.add("test-username", text: testUsername)
            builder.add("emergency-numbers", .texts(emergencyNumbers))
            builder.add("test-numbers", .texts(testNumbers))
            builder.add("default-location", text: defaultLocation)
            builder.add("default-elin", text: defaultELIN.description)
            builder.add("test-elin", text: testELIN?.description)
            builder.add("elin-pool", text: pool)
            builder.add("sip-elin-timeout", .plain("\(elinTimeout)"))
            builder.add("fallback-targets", fallbackTargets, unless: standard.fallbackTargets, YAMLTree.texts)
            builder.add("subscription", subscription, unless: standard.subscription) {
                $0.tree(unless: standard.subscription)
            }
            addIdentification(to: &builder, unless: standard)
            builder.add("filters", filters, unless: standard.filters, \.tree)
            builder.add("untrusted", refuseUntrusted, unless: false) { .text($0 ? "refuse" : "answer") }
            builder.add("alert-fallback", alertFallback, unless: [], YAMLTree.texts)
            builder.add("alert-escalation", alertEscalation.map(YAMLTree.texts))
            return builder.tree
        }

        private func addIdentification(to builder: inout TreeBuilder, unless standard: CallServerConfiguration) {
            builder.add("caller", caller, unless: standard.caller) { .texts($0.map(\.rawValue)) }
            builder.add("caller-rules", callerRules, unless: []) { rules in
                .list(rules.map { .keys(["match": .text($0.match), "dn": .text($0.dn)]) })
            }
            builder.add("caller-device", callerDevice, unless: standard.callerDevice) { .texts($0.map(\.name)) }
            builder.add("ambiguous", ambiguous, unless: standard.ambiguous) { .text($0.rawValue) }
            builder.add("device-ip", deviceIP, unless: standard.deviceIP) { .texts($0.map(\.rawValue)) }
            builder.add("device-mac", deviceMAC, unless: standard.deviceMAC) { .texts($0.map(\.rawValue)) }
            builder.add("user-agent-pattern", text: userAgentPattern)
            var redirect = TreeBuilder()
            redirect.add("elin", self.redirect, unless: standard.redirect) { .text($0.name) }
            redirect.add("number", numberForm, unless: standard.numberForm) { .text($0.rawValue) }
            if !redirect.pairs.isEmpty { builder.add("redirect", redirect.tree) }
        }
    }

    extension MemberConfiguration {
        var tree: YAMLTree {
            var builder = TreeBuilder()
            switch host {
            case .address(let address): builder.add("address", text: address.description)
            case .name(let name): builder.add("address", text: name)
            }
            if let port { builder.add("port", .plain("\(port)")) }
            if let transport { builder.add("transport", text: transport.name) }
            builder.add("domain", text: domain)
            return builder.tree
        }
    }

    extension ClusterChoices {
        var tree: YAMLTree {
            .keys([
                "check": .text(DurationText.write(seconds: check)), "misses": .plain("\(misses)"),
                "hold-down": .text(DurationText.write(seconds: holdDown)), "switch-back": .boolean(switchBack),
            ])
        }
    }

    extension SubscriptionChoices {
        func tree(unless standard: SubscriptionChoices) -> YAMLTree {
            var builder = TreeBuilder()
            builder.add("target", target, unless: standard.target) { .text($0.rawValue) }
            builder.add("aors", aors, unless: [], YAMLTree.texts)
            builder.add("aors-file", text: aorsFile)
            if let learn { builder.add("learn", .plain("\(learn)")) }
            if let pace { builder.add("pace", .plain("\(pace)")) }
            builder.add("expires", expires, unless: standard.expires) { .plain("\($0)") }
            builder.add("quiet", quiet, unless: standard.quiet) { .text(DurationText.write(seconds: $0)) }
            builder.add("download", download.map(\.tree))
            builder.add("versions", strictVersions, unless: false) { .text($0 ? "strict" : "by-cseq") }
            builder.add("username", text: username)
            builder.add("password-file", text: passwordFile)
            return builder.tree
        }
    }

    extension DownloadSchedule {
        var tree: YAMLTree {
            switch self {
            case .every(let seconds): .text(DurationText.write(.seconds(seconds)))
            case .daily(let minutes): .texts(minutes.map { Self.text(ofMinutes: $0) })
            }
        }
    }

    extension FilterChoices {
        var tree: YAMLTree {
            let rows = rows.map { row in
                var builder = TreeBuilder()
                builder.add("ip", text: row.ip)
                builder.add("username", text: row.username)
                builder.add("mac", text: row.mac)
                return builder.tree
            }
            return .keys(["mode": .text(mode.rawValue), "rows": .list(rows)])
        }
    }
#endif
