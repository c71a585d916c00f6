#if Daemon
    import E911Service

    // The ways by which alerts leave.
    extension DaemonReader {
        func webhook(_ m: YAMLMapping) -> DaemonConfiguration.Webhook? {
            var webhook = DaemonConfiguration.Webhook()
            webhook.secretFile = m["secret-file"].flatMap { file($0) }
            webhook.authorities = m["ca"].flatMap { file($0) }
            return webhook
        }

        func sms(_ m: YAMLMapping) -> DaemonConfiguration.SMS? {
            let provider = m.required("provider", "twilio")?.choice(DaemonConfiguration.SMS.Provider.self)
            let account = m["account"]?.text("the account at the provider", "AC0123456789abcdef")
            let password = m["password-file"].flatMap { file($0) }
            let from = m["from"]?.text("who the message comes from", "\"+13125550100\"")
            let authorities = m["ca"].flatMap { file($0) }
            guard let provider else { return nil }
            var sms = DaemonConfiguration.SMS(provider: provider)
            (sms.account, sms.passwordFile, sms.from, sms.authorities) = (account, password, from, authorities)
            if provider == .custom {
                sms.template = template(m)
                return sms.template == nil ? nil : sms
            }
            for key in ["url", "body", "content-type", "headers", "basic-auth", "confirmation"] where m.has(key) {
                m[key]?.fail("stands beside provider \(provider.rawValue), which has its own", "provider: custom")
            }
            if sms.passwordFile == nil, !m.has("password-file") {
                m.value.fail("\(provider.rawValue) wants a password", "password-file, a file that holds it alone")
            }
            if sms.account == nil, provider != .messagebird {
                m.value.fail("\(provider.rawValue) wants an account", "account, as the provider calls it")
            }
            if sms.from == nil {
                m.value.fail(
                    "\(provider.rawValue) wants to know who the message comes from",
                    "from, for example \"+13125550100\"")
            }
            return sms
        }

        private func template(_ m: YAMLMapping) -> DaemonConfiguration.SMS.Template? {
            let url = m.required("url", "https://sms.example.com/send")?
                .parsed("a web address", "https://sms.example.com/send") { text in
                    text.hasPrefix("https://") || text.hasPrefix("http://") ? text : nil
                }
            let body = m.required("body", "'{\"to\":\"{to}\",\"text\":\"{text}\"}'")?.text("a template")
            guard let url, let body else { return nil }
            var template = DaemonConfiguration.SMS.Template(url: url, body: body)
            template.contentType = m["content-type"]?.text("a media type", "application/json")
            template.headers = m["headers"]?.texts("a header", "\"X-Token: {password}\"") ?? []
            template.basicAuthentication = m["basic-auth"]?.boolean() ?? false
            template.confirmation = m["confirmation"]?.text("a text of the answer")
            if url.hasPrefix("http://") {
                m["url"]?.fail("the password would go over the network in the clear", "https://", severity: .warning)
            }
            return template
        }

        func syslog(_ m: YAMLMapping) -> DaemonConfiguration.Syslog? {
            var syslog = DaemonConfiguration.Syslog()
            if let facility = m["facility"]?.choice(DaemonConfiguration.Syslog.Facility.self) {
                syslog.facility = facility
            }
            if let number = m["enterprise"]?.integer(1...Int(UInt32.max), "a private enterprise number") {
                syslog.enterprise = number
            }
            return syslog
        }
    }
#endif
