#include "core/transport/xmpp/xmpp_exposures.h"

const struct exposure xmpp_exposures[XMPP_EXPOSURES] = {
	{ OBSERVER_NETWORK, FACT_ADDRESS, PRECISION_EXACTLY,
	  "The connection to your server goes from your network address to its." },
	{ OBSERVER_NETWORK, FACT_TIME, PRECISION_ROUGHLY,
	  "The encrypted connection carries something whenever a message is sent or comes." },
	{ OBSERVER_NETWORK, FACT_SIZE, PRECISION_ROUGHLY,
	  "The length of what passes can be seen; messages between sottos are padded, what is put "
	  "on a server as a file isn't." },
	{ OBSERVER_SERVER, FACT_ADDRESS, PRECISION_EXACTLY,
	  "Your server sees the network address that you connect from." },
	{ OBSERVER_SERVER, FACT_SENDER, PRECISION_EXACTLY,
	  "Each message names the account that it comes from." },
	{ OBSERVER_SERVER, FACT_RECIPIENT, PRECISION_EXACTLY,
	  "Each message names the account that it goes to." },
	{ OBSERVER_SERVER, FACT_TIME, PRECISION_EXACTLY,
	  "Your server notes when a message passes, and may archive it, sealed." },
	{ OBSERVER_SERVER, FACT_SIZE, PRECISION_ROUGHLY,
	  "Messages are padded between sottos; what other clients must read isn't, nor are files: "
	  "the server that keeps one sees its size, and for other clients its name's ending." },
	{ OBSERVER_SERVER, FACT_COUNT, PRECISION_EXACTLY, "Each message is a stanza of its own." },
	{ OBSERVER_SERVER, FACT_DEVICES, PRECISION_EXACTLY,
	  "The list of your devices is published, and each sealed key names one." },
	{ OBSERVER_SERVER, FACT_KEYS, PRECISION_EXACTLY,
	  "Public keys are published on your server for everybody." },
	{ OBSERVER_SERVER, FACT_SESSION_STARTS, PRECISION_EXACTLY,
	  "The first messages of a session are marked as such." },
	{ OBSERVER_SERVER, FACT_PRESENCE, PRECISION_EXACTLY,
	  "Your server sees when you are connected, and where it asks, whether you look at the "
	  "screen; what others see of it is off." },
	{ OBSERVER_SERVER, FACT_CONTACTS, PRECISION_EXACTLY,
	  "Only whom you block at the server, ask to see, or accept stands on its list, "
	  "without a name; `contact add` tells nobody." },
	{ OBSERVER_SERVER, FACT_READING, PRECISION_EXACTLY,
	  "Off, unless you switch receipts or markers on for a contact with another "
	  "client: then they are unsealed." },
	{ OBSERVER_SERVER, FACT_TYPING, PRECISION_EXACTLY,
	  "Off, unless you switch typing on for a contact: then it is unsealed." },
	{ OBSERVER_SERVER, FACT_EDITS, PRECISION_EXACTLY,
	  "A correction for other clients names, unsealed, the id of what it corrects; "
	  "between sottos it is inside." },
	{ OBSERVER_SERVER, FACT_SOFTWARE, PRECISION_EXACTLY,
	  "The extension beside a message is sotto's alone, and so is the private item that says, "
	  "in steps of 256, how much a device has sealed." },
	{ OBSERVER_PEER_SERVER, FACT_ADDRESS, PRECISION_EXACTLY,
	  "The server that keeps a file, which its sender chose, sees the network address that you "
	  "save it from, and when; nothing is fetched before you say so." },
	{ OBSERVER_PEER_SERVER, FACT_SENDER, PRECISION_EXACTLY,
	  "Each message names the account that it comes from." },
	{ OBSERVER_PEER_SERVER, FACT_RECIPIENT, PRECISION_EXACTLY,
	  "Each message names the account that it goes to." },
	{ OBSERVER_PEER_SERVER, FACT_TIME, PRECISION_EXACTLY,
	  "Their server notes when a message passes, and may archive it, sealed." },
	{ OBSERVER_PEER_SERVER, FACT_SIZE, PRECISION_ROUGHLY,
	  "Messages are padded between sottos; what other clients must read isn't." },
	{ OBSERVER_PEER_SERVER, FACT_COUNT, PRECISION_EXACTLY,
	  "Each message is a stanza of its own." },
	{ OBSERVER_PEER_SERVER, FACT_DEVICES, PRECISION_EXACTLY,
	  "Anybody may read the list of your devices; each sealed key names one." },
	{ OBSERVER_PEER_SERVER, FACT_KEYS, PRECISION_EXACTLY,
	  "Anybody may read your public keys." },
	{ OBSERVER_PEER_SERVER, FACT_SESSION_STARTS, PRECISION_EXACTLY,
	  "The first messages of a session are marked as such." },
	{ OBSERVER_PEER_SERVER, FACT_READING, PRECISION_EXACTLY,
	  "Off, unless you switch receipts or markers on for a contact with another "
	  "client: then they are unsealed." },
	{ OBSERVER_PEER_SERVER, FACT_TYPING, PRECISION_EXACTLY,
	  "Off, unless you switch typing on for a contact: then it is unsealed." },
	{ OBSERVER_PEER_SERVER, FACT_EDITS, PRECISION_EXACTLY,
	  "A correction for other clients names, unsealed, the id of what it corrects; "
	  "between sottos it is inside." },
	{ OBSERVER_PEER_SERVER, FACT_SOFTWARE, PRECISION_EXACTLY,
	  "Anybody may read that your devices are sottos; the extension beside a message is "
	  "sotto's alone." },
	{ OBSERVER_PEER, FACT_DEVICES, PRECISION_EXACTLY,
	  "Whoever writes to you needs the list of your devices." },
	{ OBSERVER_PEER, FACT_READING, PRECISION_EXACTLY,
	  "Off, unless you switch receipts or markers on for them." },
	{ OBSERVER_PEER, FACT_TYPING, PRECISION_EXACTLY,
	  "Off, unless you switch typing on for them." },
	{ OBSERVER_PEER, FACT_SOFTWARE, PRECISION_EXACTLY,
	  "Anybody may read that your devices are sottos; the extension beside a message is "
	  "sotto's alone." },
	{ OBSERVER_SERVER, FACT_MEMBERS, PRECISION_EXACTLY,
	  "Your bookmarks name the rooms you are in; who asks whom into one passes it." },
	{ OBSERVER_PEER_SERVER, FACT_MEMBERS, PRECISION_EXACTLY,
	  "The server of a room keeps the list of its members, and each message there "
	  "names its author." },
	{ OBSERVER_PEER_SERVER, FACT_PRESENCE, PRECISION_EXACTLY,
	  "The server of a room sees when you are in it, which is whenever sotto is "
	  "connected. Else your server tells it only while `presence` is on." },
	{ OBSERVER_PEER, FACT_PRESENCE, PRECISION_EXACTLY,
	  "Whoever is in a room with you sees when you are in it. Else only while "
	  "`presence` is on, for all or for them." },
	{ OBSERVER_PEER, FACT_MEMBERS, PRECISION_EXACTLY,
	  "Whoever is in a room sees who else is, with their addresses." },
};
