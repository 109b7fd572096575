// Initialize WhatsApp sessions manager
const whatsappManager = new WhatsAppSessionsManager('CUSTOMER_ID');
await whatsappManager.initialize();

// Get QR code for login
const qrCode = await whatsappManager.getQRCode();

// Check status
await whatsappManager.checkStatus();

// Logout
await whatsappManager.logout();
