import type { LineFinding } from "./finding.ts";
import { isPlace, isPlaceholder } from "./placeholder.ts";
import { isIdentifier, looksRandom } from "./random.ts";

/** Services whose keys have no form of their own: what looks random right behind such a name is likely one. In lower case. */
export const SERVICES: readonly string[] =
  `1password adafruit adobe adyen anthropic bitwarden brevo cohere drone figma fireworks fortinet gitea grafana groq klarna linear meilisearch miro mistral mollie neon nexus ninja notion openai openrouter pinecone planetscale portainer posthog prtg qnap rancher replicate revolut sentinel sonarqube supabase synology tailscale ubiquiti unifi weaviate zabbix airtable algolia alibaba amplitude apify apimetrics apitemplate artifactory asana atera atlassian auth0 autotask avalara axcient backblaze bamboohr beamer
  besttime betterstack bitbucket bitfinex bitly bittrex blackpoint box.com braintree browserstack bugsnag calendly cartodb checkly chatbot circleci clearbit clickup clicksend cliengo
  clockify cloudconvert cloudflare cloudimage cloudinary cloudmersive cloudsmith cloze codacy codeclimate codecov coinbase collect2 confluence confluent contentful convertkit
  convier connectwise coveralls crowdin crowdstrike currencycloud cwmanage datadog datto deepai deputy detectify discord docusign dropbox droneci duo dynatrace edenai elastic etsy
  eventbrite expensify facebook fastly finicity finnhub flickr foursquare freshbooks freshdesk freshservice freshworks front fullstory geoip getresponse gitter gocanvas gocardless
  godaddy guru halopsa harvest heroku hive hubspot hudu huntress immybot infura instamojo intercom intrinio invoiceocean ipinfo ipstack itglue jfrog jira jotform jumpcloud kaseya
  keeper keenio klaviyo knowbe4 kraken kucoin launchdarkly lastpass liveagent livestorm loggly logz looker luno magicbell mailchimp mailgun mailjet mailmodo mandrill mapbox mapquest
  mattermost maxmind meraki messagebird metaapi metabase mimecast mixpanel monday moralis mux n-able n-central nexmo netlify ninjaone ninjarmm ngrok nytimes okta onelogin onesignal
  opsgenie pagerduty papertrail parsehub passportal paypal pingdom pipedrive pivotaltracker plaid plivo postmark proofpoint pulseway purestake pushbullet pusher quickbooks railway rapidapi
  redhatpyxis redhat rollbar runscope salesforce salesmate saucelabs screenconnect segment sendbird sentinelone serpstack shodan shortcut shutterstock signalwire sirv slack
  smartsheet snyk solarwinds sonar sophos sparkpost sourcegraph splunk spotify squarespace statuspage sumologic superops syncro tableau teamviewer telegram tenable textmagic threatlocker
  thycotic todoist tokeet trello twilio twitch twitter typeform unsplash uptimerobot veeam vercel virustotal vouchery vultr wasabi webex websitepulse workos xero yandex zapier
  zendesk zerotier zoho zoom`.split(/\s+/);

const escaped = SERVICES.map((name) => name.replace(/\./g, "\\$&")).sort((a, b) => b.length - a.length);
const BEFORE = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:${escaped.join("|")})[\w.-]{0,24}["']?(?:\s(?:api|app|access|auth|secret|private|account|rest|bot|token|key|client|service|integration|webhook|license|site|agent|install|enrollment|personal|master|admin|server|live|test|prod)){0,4}(?:\s{0,3}(?:[:=,({]|:=|=>|-|string|is)){0,3}\s{0,3}["'{(]{0,2}\s?$`,
  "iu",
);
/** How far before a value its service may begin, in UTF-16 units. */
const REACH = 64;
const VALUE = /(?<![\w.~+/=|@-])[\w.~+/=|@-]{12,400}(?!\w)/g;

/** Finds what looks random right behind the name of a service. */
export function findNearServices(line: string, found: LineFinding[]): void {
  for (const match of line.matchAll(VALUE)) {
    // `name=value` is one run of such characters.
    const value = match[0].slice(match[0].search(/[^=]*=*$/));
    const start = match.index + match[0].length - value.length;
    const around = line.slice(Math.max(0, start - REACH), start + value.length);
    if (!/\d/.test(value) || isPlace(value) || !isKey(value, around) || isPlaceholder(value)) continue;
    if (!BEFORE.test(line.slice(Math.max(0, start - REACH), start))) continue;
    found.push({ kind: "token", rule: "near-service", sure: "possible", start, end: start + value.length });
  }
}

function isKey(value: string, around: string): boolean {
  if (/\.(?:com|net|org|io|exe|dll|log|json|js|local)\b|^\d+(?:[.:/-]\d+)+|^[./]/i.test(value)) return false;
  if (isIdentifier(value)) return /key|token|secret|pass/i.test(around);
  return looksRandom(value, 16) && !/^[a-f0-9]{40}$|^[a-f0-9]{64}$/.test(value) ? true : /["'=:]\s?[a-f0-9]{32,64}$/i.test(around);
}
